-- What callers read, over the sums; the REST reports read the same views, so the two cannot disagree.
-- A cost is the sum of what is priced; where calls were made and none of them is priced it is null, never zero.
-- Views are replaced in place: what an operator builds on them stays.
-- security_invoker: row security applies to who asks, not to who made the view.

-- Each user with at least one call, all time; the basis of user_usage_summary with the keys a report needs.
create or replace view user_usage_total with (security_invoker = true) as
select u.user_key, u.user_id, u.user_id_is_number, u.username, u.email,
       r.calls as total_calls,
       r.prompt_tokens as total_prompt_tokens,
       r.completion_tokens as total_completion_tokens,
       r.prompt_tokens + r.completion_tokens as total_tokens,
       known_cost(r.input_cost + r.output_cost, r.calls, r.unpriced_calls) as total_cost,
       r.first_at as first_call,
       r.last_at as last_call
from rollup_user r
join app_user u on u.tenant_id = r.tenant_id and u.user_key = r.user_key
where r.grain = 'ever' and r.period = '0001-01-01' and r.calls > 0;

create or replace view user_usage_summary with (security_invoker = true) as
select user_id, username, email, total_calls, total_prompt_tokens, total_completion_tokens, total_tokens, total_cost,
       first_call, last_call
from user_usage_total;

create or replace view monthly_usage_summary with (security_invoker = true) as
select period as month, calls as api_calls, users as unique_users,
       prompt_tokens + completion_tokens as total_tokens,
       known_cost(input_cost + output_cost, calls, unpriced_calls) as cost_usd
from rollup_tenant
where grain = 'month' and events > 0;

create or replace view endpoint_usage_summary with (security_invoker = true) as
select endpoint, model,
       sum(calls)::bigint as api_calls,
       sum(prompt_tokens + completion_tokens)::bigint as total_tokens,
       known_cost(sum(input_cost + output_cost), sum(calls), sum(unpriced_calls)) as cost_usd,
       average_tokens_per_call(sum(prompt_tokens + completion_tokens), sum(calls)) as avg_tokens_per_call,
       known_cost(average_cost_per_call(sum(input_cost + output_cost), sum(calls - unpriced_calls)), sum(calls), sum(unpriced_calls))
           as avg_cost_per_call   -- over the calls that are priced
from rollup_context
where grain = 'ever' and period = '0001-01-01'
group by endpoint, model
having sum(events) > 0;

create or replace view daily_usage_summary with (security_invoker = true) as
select period as date, calls as api_calls, users as unique_users,
       prompt_tokens + completion_tokens as total_tokens,
       known_cost(input_cost + output_cost, calls, unpriced_calls) as cost_usd
from rollup_tenant
where grain = 'day' and events > 0;

grant select on user_usage_total, user_usage_summary, monthly_usage_summary, endpoint_usage_summary, daily_usage_summary to "${serving_role}";

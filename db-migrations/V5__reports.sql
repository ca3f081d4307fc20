-- Sums for every question: by day, by month and ever, with response times, for each dimension that reports are asked by.

-- Response times ------------------------------------------------------------------------------------------------------
-- Counts in buckets that widen by a tenth, so that counts of any rows can be added and a percentile is at most 5 % off.
-- An array of counts has the buckets as its subscripts, and no zeros at its ends; null: no call has a time. The bounds are
-- part of what is stored and never change; io.tokentally.shared.ResponseTimes has the same.

create function response_time_bounds() returns bigint[] language sql immutable parallel safe
    return array[
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 24, 26, 28, 30, 33, 36, 39, 42,
        46, 50, 55, 60, 66, 72, 79, 86, 94, 103, 113, 124, 136, 149, 163, 179, 196, 215, 236, 259, 284, 312, 343, 377,
        414, 455, 500, 550, 605, 665, 731, 804, 884, 972, 1069, 1175, 1292, 1421, 1563, 1719, 1890, 2079, 2286, 2514,
        2765, 3041, 3345, 3679, 4046, 4450, 4895, 5384, 5922, 6514, 7165, 7881, 8669, 9535, 10488, 11536, 12689, 13957,
        15352, 16887, 18575, 20432, 22475, 24722, 27194, 29913, 32904, 36194, 39813, 43794, 48173, 52990, 58289, 64117,
        70528, 77580, 85338, 93871, 103258, 113583, 124941, 137435, 151178, 166295, 182924, 201216, 221337, 243470,
        267817, 294598, 324057, 356462, 392108, 431318, 474449, 521893, 574082, 631490, 694639, 764102, 840512, 924563,
        1017019, 1118720, 1230592, 1353651, 1489016, 1637917, 1801708, 1981878, 2180065, 2398071, 2637878, 2901665,
        3191831, 3511014, 3862115, 4248326, 4673158, 5140473, 5654520, 6219972, 6841969, 7526165, 8278781, 9106659,
        10017324, 11019056, 12120961, 13333057, 14666362, 16132998, 17746297, 19520926, 21473018, 23620319, 25982350,
        28580585, 31438643, 34582507, 38040757, 41844832, 46029315, 50632246, 55695470, 61265017, 67391518, 74130669,
        81543735, 89698108, 98667918, 108534709, 119388179, 131326996, 144459695, 158905664, 174796230, 192275853,
        211503438, 232653781, 255919159, 281511074, 309662181, 340628399, 374691238, 412160361, 453376397, 498714036,
        548585439, 603443982, 663788380, 730167218, 803183939, 883502332, 971852565, 1069037821
    ]::bigint[];

create function response_time_bucket(milliseconds bigint) returns integer language sql immutable parallel safe
    return width_bucket(abs(milliseconds), response_time_bounds());

create function trimmed_response_times(counts bigint[]) returns bigint[] language plpgsql immutable parallel safe as $$
declare
    first integer := array_lower(counts, 1);
    last integer := array_upper(counts, 1);
begin
    while first <= last and counts[first] = 0 loop first := first + 1; end loop;
    while last >= first and counts[last] = 0 loop last := last - 1; end loop;
    if first is null or first > last then
        return null;
    elsif first = array_lower(counts, 1) and last = array_upper(counts, 1) then
        return counts;
    end if;
    return format('[%s:%s]=%s', first, last, counts[first:last]::text)::bigint[];
end $$;

-- calls is 1, or -1 to take the counts away.
create function add_response_times(a bigint[], b bigint[], calls bigint) returns bigint[]
    language plpgsql immutable parallel safe as $$
declare
    first integer;
    last integer;
    counts bigint[];
begin
    if b is null then
        return a;
    end if;
    first := least(array_lower(a, 1), array_lower(b, 1));
    last := greatest(array_upper(a, 1), array_upper(b, 1));
    if first = array_lower(a, 1) and last = array_upper(a, 1) then
        counts := a;
    else
        counts := array_fill(0::bigint, array[last - first + 1], array[first]);
        if a is not null then
            for i in array_lower(a, 1) .. array_upper(a, 1) loop counts[i] := a[i]; end loop;
        end if;
    end if;
    for i in array_lower(b, 1) .. array_upper(b, 1) loop counts[i] := counts[i] + calls * b[i]; end loop;
    return counts;
end $$;

create aggregate sum_response_times(counts bigint[], calls bigint) (
    sfunc = add_response_times, stype = bigint[], finalfunc = trimmed_response_times, parallel = safe);

-- Of buckets, each positive for a call and negative for one that is taken back. Elements of an array cost a tenth of what the
-- steps of an aggregate written in SQL or PL/pgSQL do.
create function counted_response_times(buckets integer[]) returns bigint[] language plpgsql immutable parallel safe as $$
declare
    first integer;
    last integer := 0;
    bucket integer;
    counts bigint[];
begin
    if buckets is null then
        return null;
    end if;
    foreach bucket in array buckets loop
        if first is null or abs(bucket) < first then first := abs(bucket); end if;
        if abs(bucket) > last then last := abs(bucket); end if;
    end loop;
    counts := array_fill(0::bigint, array[last - first + 1], array[first]);
    foreach bucket in array buckets loop
        if bucket > 0 then counts[bucket] := counts[bucket] + 1; else counts[-bucket] := counts[-bucket] - 1; end if;
    end loop;
    return trimmed_response_times(counts);
end $$;

-- Sums ------------------------------------------------------------------------------------------------------------------
-- Each table keeps the same sums, by day, by month and ever (grain), so that a range costs its months and the days at its
-- ends, and all time costs no history. period is the first day; ever has 0001-01-01. Empty text stands for none, and so
-- does user 0: the parts of a table add up to the whole.
--
-- rollup_endpoint_day becomes rollup_context, rollup_user_day rollup_user, rollup_tenant_day rollup_tenant; they and
-- rollup_session are made anew from the rows. Of months whose rows are gone what was kept is taken over: there the new
-- columns say nothing (0, or no branch, no source and success).

alter table rollup_endpoint_day rename to rollup_context;
alter table rollup_user_day rename to rollup_user;
alter table rollup_tenant_day rename to rollup_tenant;

alter table user_api_usage no force row level security;
alter table quota_balance no force row level security;
alter table rollup_context no force row level security;
alter table rollup_user no force row level security;
alter table rollup_session no force row level security;
alter table rollup_tenant no force row level security;

-- By what the application said of a call. One table for all of it: its parts are few, because they go together.
alter table rollup_context rename column usage_day to period;
alter table rollup_context drop constraint rollup_endpoint_day_pkey;
alter table rollup_context
    add column grain text collate "C" not null default 'day',
    add column git_branch text collate "C" not null default '',
    add column source text collate "C" not null default '',
    add column success boolean not null default true,
    add column response_times bigint[];
delete from rollup_context where not exists (select from usage_seal where period >= sealed_from and period < sealed_until);
insert into rollup_context (tenant_id, grain, period, endpoint, provider, model, call_type, scope, git_branch, source, success,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'day', usage_day, endpoint, coalesce(provider, ''), model, coalesce(call_type, ''), coalesce(scope, ''),
    coalesce(git_branch, ''), source, success,
    count(*), sum(calls), coalesce(sum(calls) filter (where total_cost is null), 0),
    sum(prompt_tokens), sum(completion_tokens), coalesce(sum(input_cost), 0), coalesce(sum(output_cost), 0),
    coalesce(sum(calls) filter (where not success), 0),
    coalesce(sum(case when reverses is null then 1 else -1 end) filter (where cache_hit), 0),
    sum(cache_read_tokens), sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(reasoning_tokens),
    coalesce(sum(response_time_ms), 0),
    coalesce(sum(case when reverses is null then 1 else -1 end) filter (where response_time_ms is not null), 0),
    counted_response_times(array_agg(response_time_bucket(response_time_ms) * case when reverses is null then 1 else -1 end)
        filter (where response_time_ms is not null))
from user_api_usage group by 1, 3, 4, 5, 6, 7, 8, 9, 10, 11;
insert into rollup_context (tenant_id, grain, period, endpoint, provider, model, call_type, scope, git_branch, source, success,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'month', date_trunc('month', period)::date, endpoint, provider, model, call_type, scope, git_branch, source, success,
    sum(events), sum(calls), sum(unpriced_calls), sum(prompt_tokens), sum(completion_tokens), sum(input_cost), sum(output_cost),
    sum(failed_calls), sum(cache_hits), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    sum(response_time_ms), sum(timed_events), sum_response_times(response_times, 1)
from rollup_context where grain = 'day' group by 1, 3, endpoint, provider, model, call_type, scope, git_branch, source, success;

insert into rollup_context (tenant_id, grain, period, endpoint, provider, model, call_type, scope, git_branch, source, success,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'ever', '0001-01-01', endpoint, provider, model, call_type, scope, git_branch, source, success,
    sum(events), sum(calls), sum(unpriced_calls), sum(prompt_tokens), sum(completion_tokens), sum(input_cost), sum(output_cost),
    sum(failed_calls), sum(cache_hits), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    sum(response_time_ms), sum(timed_events), sum_response_times(response_times, 1)
from rollup_context where grain = 'month' group by 1, endpoint, provider, model, call_type, scope, git_branch, source, success;
alter table rollup_context add primary key (tenant_id, grain, period, endpoint, provider, model, call_type, scope, git_branch, source, success);

-- By user; 0: the tenant's own calls.
alter table rollup_user rename column usage_day to period;
alter table rollup_user drop constraint rollup_user_day_pkey;
alter table rollup_user
    add column grain text collate "C" not null default 'day',
    add column failed_calls bigint not null default 0,
    add column cache_hits bigint not null default 0,
    add column cache_read_tokens bigint not null default 0,
    add column cache_write_tokens bigint not null default 0,
    add column reasoning_tokens bigint not null default 0,
    add column response_time_ms bigint not null default 0,   -- sum over timed_events
    add column timed_events bigint not null default 0,
    add column response_times bigint[],
    add column first_at timestamptz,   -- null: not known by day of a month whose rows are gone
    add column last_at timestamptz;
delete from rollup_user where not exists (select from usage_seal where period >= sealed_from and period < sealed_until);
insert into rollup_user (tenant_id, grain, period, user_key, events, calls, unpriced_calls, prompt_tokens, completion_tokens,
    input_cost, output_cost)
select d.tenant_id, 'day', d.usage_day, 0, d.events - coalesce(sum(u.events), 0), d.calls - coalesce(sum(u.calls), 0),
    d.unpriced_calls - coalesce(sum(u.unpriced_calls), 0), d.prompt_tokens - coalesce(sum(u.prompt_tokens), 0),
    d.completion_tokens - coalesce(sum(u.completion_tokens), 0), d.input_cost - coalesce(sum(u.input_cost), 0),
    d.output_cost - coalesce(sum(u.output_cost), 0)
from rollup_tenant d
left join rollup_user u on u.tenant_id = d.tenant_id and u.period = d.usage_day
where exists (select from usage_seal where d.usage_day >= sealed_from and d.usage_day < sealed_until)
group by d.tenant_id, d.usage_day
having d.events <> coalesce(sum(u.events), 0);
insert into rollup_user (tenant_id, grain, period, user_key, first_at, last_at,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'day', usage_day, coalesce(user_key, 0), min(occurred_at), max(occurred_at),
    count(*), sum(calls), coalesce(sum(calls) filter (where total_cost is null), 0),
    sum(prompt_tokens), sum(completion_tokens), coalesce(sum(input_cost), 0), coalesce(sum(output_cost), 0),
    coalesce(sum(calls) filter (where not success), 0),
    coalesce(sum(case when reverses is null then 1 else -1 end) filter (where cache_hit), 0),
    sum(cache_read_tokens), sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(reasoning_tokens),
    coalesce(sum(response_time_ms), 0),
    coalesce(sum(case when reverses is null then 1 else -1 end) filter (where response_time_ms is not null), 0),
    counted_response_times(array_agg(response_time_bucket(response_time_ms) * case when reverses is null then 1 else -1 end)
        filter (where response_time_ms is not null))
from user_api_usage group by 1, 3, 4;
insert into rollup_user (tenant_id, grain, period, user_key,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'month', date_trunc('month', period)::date, user_key,
    sum(events), sum(calls), sum(unpriced_calls), sum(prompt_tokens), sum(completion_tokens), sum(input_cost), sum(output_cost),
    sum(failed_calls), sum(cache_hits), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    sum(response_time_ms), sum(timed_events), sum_response_times(response_times, 1)
from rollup_user where grain = 'day' group by 1, 3, user_key;

insert into rollup_user (tenant_id, grain, period, user_key,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'ever', '0001-01-01', user_key,
    sum(events), sum(calls), sum(unpriced_calls), sum(prompt_tokens), sum(completion_tokens), sum(input_cost), sum(output_cost),
    sum(failed_calls), sum(cache_hits), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    sum(response_time_ms), sum(timed_events), sum_response_times(response_times, 1)
from rollup_user where grain = 'month' group by 1, user_key;
update rollup_user u set first_at = kept.first_at, last_at = kept.last_at
from (select tenant_id, grain, period, user_key, min(first_at) as first_at, max(last_at) as last_at
      from (select tenant_id, 'month' as grain, month as period, user_key, first_call as first_at, last_call as last_at from quota_balance
            union all
            select tenant_id, 'ever', '0001-01-01', user_key, first_call, last_call from quota_balance
            union all
            select tenant_id, 'month', date_trunc('month', period)::date, 0, first_at, last_at from rollup_user where grain = 'day' and user_key = 0
            union all
            select tenant_id, 'ever', '0001-01-01', 0, first_at, last_at from rollup_user where grain = 'day' and user_key = 0) ends
      group by 1, 2, 3, 4) kept
where u.tenant_id = kept.tenant_id and u.grain = kept.grain and u.period = kept.period and u.user_key = kept.user_key;
alter table rollup_user add primary key (tenant_id, grain, period, user_key);

-- By session: its days and ever. Calls without one are in none.
alter table rollup_session drop constraint rollup_session_pkey;
alter table rollup_session
    add column grain text collate "C" not null default 'ever',
    add column period date not null default '0001-01-01',
    add column first_day date,
    add column last_day date,
    add column failed_calls bigint not null default 0,
    add column cache_hits bigint not null default 0,
    add column cache_read_tokens bigint not null default 0,
    add column cache_write_tokens bigint not null default 0,
    add column reasoning_tokens bigint not null default 0,
    add column response_time_ms bigint not null default 0,   -- sum over timed_events
    add column timed_events bigint not null default 0,
    add column response_times bigint[];
insert into rollup_session (tenant_id, grain, period, session_id, first_day, last_day, first_at, last_at,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'day', usage_day, session_id, usage_day, usage_day, min(occurred_at), max(occurred_at),
    count(*), sum(calls), coalesce(sum(calls) filter (where total_cost is null), 0),
    sum(prompt_tokens), sum(completion_tokens), coalesce(sum(input_cost), 0), coalesce(sum(output_cost), 0),
    coalesce(sum(calls) filter (where not success), 0),
    coalesce(sum(case when reverses is null then 1 else -1 end) filter (where cache_hit), 0),
    sum(cache_read_tokens), sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(reasoning_tokens),
    coalesce(sum(response_time_ms), 0),
    coalesce(sum(case when reverses is null then 1 else -1 end) filter (where response_time_ms is not null), 0),
    counted_response_times(array_agg(response_time_bucket(response_time_ms) * case when reverses is null then 1 else -1 end)
        filter (where response_time_ms is not null))
from user_api_usage where session_id is not null group by 1, 3, 4;
-- What a session had in months whose rows are gone is kept on the day it began, or the last sealed one before that.
insert into rollup_session (tenant_id, grain, period, session_id, first_day, last_day, first_at, last_at, events, calls,
    unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost)
select tenant_id, 'day', began, session_id, began, began, first_at, first_at, events, calls, unpriced_calls, prompt_tokens,
    completion_tokens, input_cost, output_cost
from (
    select e.tenant_id, e.session_id, e.first_at, coalesce(
            (select max(least(s.sealed_until - 1, (e.first_at at time zone 'UTC')::date)) from usage_seal s
             where s.sealed_from <= (e.first_at at time zone 'UTC')::date),
            (select min(sealed_until) - 1 from usage_seal)) as began,
        e.events - coalesce(sum(d.events), 0) as events, e.calls - coalesce(sum(d.calls), 0) as calls,
        e.unpriced_calls - coalesce(sum(d.unpriced_calls), 0) as unpriced_calls,
        e.prompt_tokens - coalesce(sum(d.prompt_tokens), 0) as prompt_tokens,
        e.completion_tokens - coalesce(sum(d.completion_tokens), 0) as completion_tokens,
        e.input_cost - coalesce(sum(d.input_cost), 0) as input_cost,
        e.output_cost - coalesce(sum(d.output_cost), 0) as output_cost
    from rollup_session e
    left join rollup_session d on d.tenant_id = e.tenant_id and d.session_id = e.session_id and d.grain = 'day'
    where e.grain = 'ever' and e.events <> 0
    group by e.tenant_id, e.session_id, e.first_at, e.events, e.calls, e.unpriced_calls, e.prompt_tokens, e.completion_tokens,
        e.input_cost, e.output_cost) rest
where events <> 0;
delete from rollup_session where grain = 'ever';
insert into rollup_session (tenant_id, grain, period, session_id, first_day, last_day, first_at, last_at,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, 'ever', '0001-01-01', session_id, min(first_day), max(last_day), min(first_at), max(last_at),
    sum(events), sum(calls), sum(unpriced_calls), sum(prompt_tokens), sum(completion_tokens), sum(input_cost), sum(output_cost),
    sum(failed_calls), sum(cache_hits), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    sum(response_time_ms), sum(timed_events), sum_response_times(response_times, 1)
from rollup_session where grain = 'day' group by 1, 4;
alter table rollup_session alter column first_day set not null, alter column last_day set not null;
alter table rollup_session add primary key (tenant_id, grain, period, session_id);
-- Its cost is indexed, so no update of a row stays on the row's page: room left there would be wasted.
alter table rollup_session reset (fillfactor);
create index rollup_session_days on rollup_session (tenant_id, session_id) where grain = 'day';
-- The dearest of a day, and ever.
create index rollup_session_by_cost on rollup_session (tenant_id, grain, period, (input_cost + output_cost) desc, session_id);

-- The whole tenant, with its distinct users: they move when a user's calls go from none to one, and back.
alter table rollup_tenant rename column usage_day to period;
alter table rollup_tenant drop constraint rollup_tenant_day_pkey;
alter table rollup_tenant
    add column grain text collate "C" not null default 'day',
    add column failed_calls bigint not null default 0,
    add column cache_hits bigint not null default 0,
    add column cache_read_tokens bigint not null default 0,
    add column cache_write_tokens bigint not null default 0,
    add column reasoning_tokens bigint not null default 0,
    add column response_time_ms bigint not null default 0,   -- sum over timed_events
    add column timed_events bigint not null default 0,
    add column response_times bigint[];
delete from rollup_tenant;
insert into rollup_tenant (tenant_id, grain, period, users,
    events, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost,
    failed_calls, cache_hits, cache_read_tokens, cache_write_tokens, reasoning_tokens, response_time_ms, timed_events, response_times)
select tenant_id, grain, period, count(*) filter (where user_key <> 0 and calls > 0),
    sum(events), sum(calls), sum(unpriced_calls), sum(prompt_tokens), sum(completion_tokens), sum(input_cost), sum(output_cost),
    sum(failed_calls), sum(cache_hits), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    sum(response_time_ms), sum(timed_events), sum_response_times(response_times, 1)
from rollup_user group by 1, 2, 3;
alter table rollup_tenant add primary key (tenant_id, grain, period);

alter table user_api_usage force row level security;
alter table quota_balance force row level security;
alter table rollup_context force row level security;
alter table rollup_user force row level security;
alter table rollup_session force row level security;
alter table rollup_tenant force row level security;

do $$
declare
    name text;
begin
    foreach name in array array['rollup_context', 'rollup_user', 'rollup_session', 'rollup_tenant'] loop
        execute (select 'alter table ' || name || string_agg(format(' alter column %I drop default', attname), ',')
                 from pg_attribute where attrelid = name::regclass and atthasdef and not attisdropped);
    end loop;
end $$;

-- Rows ------------------------------------------------------------------------------------------------------------------

create index user_api_usage_of_session on user_api_usage (tenant_id, session_id, usage_day, id) where session_id is not null;
create index user_api_usage_failed on user_api_usage (tenant_id, usage_day, id) where not success;
create index user_api_usage_reversals on user_api_usage (tenant_id, usage_day, reverses) where reverses is not null;

-- The first questions come before PostgreSQL would look by itself.
analyze rollup_context, rollup_user, rollup_session, rollup_tenant;

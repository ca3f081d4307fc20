-- The tenant of this transaction; a forgotten binding ('' or unset) is null, and null equals nothing.
create or replace function tokentally_tenant() returns text
    language sql stable parallel safe
    return nullif(current_setting('tokentally.tenant', true), '');

-- The tenants whose rows this transaction sees: the one it is bound to, or the list that a writer of the ledger works for.
create or replace function tokentally_tenants() returns text[]
    language sql stable parallel safe
    return coalesce(
        string_to_array(nullif(current_setting('tokentally.tenants', true), ''), ','),
        array[nullif(current_setting('tokentally.tenant', true), '')]);

-- The partition of user_api_usage for a month. The serving role owns no table, so the owner does it on its behalf.
-- LIKE + ATTACH takes a weaker lock than CREATE … PARTITION OF: readers and writers of other months go on.
create or replace function ensure_usage_partition(wanted_month date) returns void
    language plpgsql security definer set search_path = ${schema}, pg_temp
as $$
declare
    first_day date := date_trunc('month', wanted_month)::date;
    partition_name text := 'user_api_usage_' || to_char(first_day, 'YYYY_MM');
begin
    if first_day < date '2020-01-01' or to_regclass(partition_name) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('tokentally.usage_partition'));
    -- Who waited here asks the catalogue itself: to_regclass would answer from a cache of before the wait.
    if exists (select from pg_class where relname = partition_name and relnamespace = '${schema}'::regnamespace) then
        return;
    end if;
    execute format('create table %I (like user_api_usage including defaults including constraints including generated)', partition_name);
    execute format('alter table %I enable row level security', partition_name);
    execute format('alter table %I force row level security', partition_name);
    execute format('alter table user_api_usage attach partition %I for values from (%L) to (%L)',
        partition_name, first_day, (first_day + interval '1 month')::date);
end $$;

revoke all on function ensure_usage_partition(date) from public;
grant execute on function ensure_usage_partition(date) to "${serving_role}";

-- The one rounding of money: USD per call to 6 decimals, half even. Zero calls cost 0 each.
-- Twice the amount in millionths is divided exactly, so that a tie is seen as a tie.
create or replace function average_cost_per_call(total numeric, calls numeric) returns numeric
    language sql immutable parallel safe
    return case
        when calls = 0 then 0
        else trim_scale((select
            case
                when mod(halves, 2) = 0 then div(halves, 2)
                when rest <> 0 then div(halves, 2) + sign(total)
                else div(halves, 2) + mod(div(halves, 2), 2)
            end / 1000000.0
            from (select div(total * 2000000, calls) as halves, mod(total * 2000000, calls) as rest) as exact))
    end;

-- Tokens per call, a whole number, half up. Zero calls took 0 each.
create or replace function average_tokens_per_call(total numeric, calls numeric) returns bigint
    language sql immutable parallel safe
    return case when calls = 0 then 0 else round(total / calls)::bigint end;

-- What calls cost as far as it is known: null when calls were made and none of them is priced.
create or replace function known_cost(cost numeric, calls numeric, unpriced_calls numeric) returns numeric
    language sql immutable parallel safe
    return case when calls > 0 and unpriced_calls >= calls then null else cost end;

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
    if exists (select from pg_class where relname = partition_name and relnamespace = '${schema}'::regnamespace)
        or exists (select from usage_seal where sealed_from = first_day) then
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

-- The days whose rows are no longer kept.
create or replace function sealed_usage() returns table (sealed_from date, sealed_until date)
    language sql stable security definer set search_path = ${schema}, pg_temp
as $$ select s.sealed_from, s.sealed_until from usage_seal s $$;

revoke all on function sealed_usage() from public;
grant execute on function sealed_usage() to "${serving_role}";

-- Writes down what the bound tenant's rows of these days come to; for seal_usage_month alone.
create or replace function take_control_totals(bound_tenant text, from_day date, until_day date) returns void
    language sql set search_path = ${schema}, pg_temp
as $$
    delete from sealed_month where tenant_id = bound_tenant and month >= from_day and month < until_day;
    insert into sealed_month (tenant_id, month, events, calls, prompt_tokens, completion_tokens, input_cost, output_cost,
        unpriced_calls, sealed_at)
    select tenant_id, date_trunc('month', usage_day)::date, count(*), sum(calls), sum(prompt_tokens), sum(completion_tokens),
        coalesce(sum(input_cost), 0), coalesce(sum(output_cost), 0),
        coalesce(sum(calls) filter (where total_cost is null), 0), now()
    from user_api_usage
    where tenant_id = bound_tenant and usage_day >= from_day and usage_day < until_day
    group by 1, 2;
$$;

-- Whether those totals and the bound tenant's balances are two truths; for seal_usage_month alone.
create or replace function control_totals_differ(bound_tenant text, from_day date, until_day date) returns boolean
    language sql set search_path = ${schema}, pg_temp
as $$
    select exists (
        select
        from (select * from sealed_month where tenant_id = bound_tenant and month >= from_day and month < until_day) s
        full join (select * from tenant_balance
                   where tenant_id = bound_tenant and month >= from_day and month < until_day and events > 0) b using (month)
        where (s.events, s.calls, s.prompt_tokens, s.completion_tokens, s.input_cost + s.output_cost, s.unpriced_calls)
            is distinct from
            (b.events, b.used_calls, b.used_prompt_tokens, b.used_completion_tokens, b.used_cost, b.unpriced_calls));
$$;

revoke all on function take_control_totals(text, date, date), control_totals_differ(text, date, date) from public;

-- Seals a month: its rows become control totals, its partition goes. The days before 2020 are sealed as the one partition
-- they share. True when this call did it, false when it was done. Refused (23000) when the rows are not what the balances say.
--
-- An event that races with this is in the totals or is refused. Every writer and reader locks user_api_usage first, then a
-- partition, and so does this: no deadlock. Rows are summed before that lock; who wrote meanwhile has moved the balance too,
-- which is seen under the lock. The lock is waited for only briefly (55P03), because everybody else waits behind it.
create or replace function seal_usage_month(wanted_month date) returns boolean
    language plpgsql security definer set search_path = ${schema}, pg_temp set lock_timeout = '500ms'
as $$
declare
    is_shared boolean := wanted_month < date '2020-01-01';
    from_day date := case when is_shared then '-infinity' else date_trunc('month', wanted_month) end;
    until_day date := case when is_shared then '2020-01-01' else date_trunc('month', wanted_month) + interval '1 month' end;
    partition_name text := case when is_shared then 'user_api_usage_before_2020' else 'user_api_usage_' || to_char(from_day, 'YYYY_MM') end;
    bound_tenant text;
    stray_tenant text;
begin
    if until_day >= current_date then
        raise exception 'the month % has not ended everywhere', from_day using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(hashtext('tokentally.usage_seal'));
    if exists (select from usage_seal where sealed_from = from_day) then
        return false;
    end if;

    -- Rows are read as each tenant sees them: FORCE binds the owner too.
    perform set_config('tokentally.platform', 'tenants', true), set_config('tokentally.tenants', '', true);
    if exists (select from pg_class where relname = partition_name and relnamespace = '${schema}'::regnamespace) then
        foreach bound_tenant in array array(select tenant_id from tenant where removed_at is null) loop
            perform set_config('tokentally.tenant', bound_tenant, true);
            perform take_control_totals(bound_tenant, from_day, until_day);
        end loop;
    end if;

    perform pg_advisory_xact_lock(hashtext('tokentally.usage_partition'));
    lock table only user_api_usage in access exclusive mode;
    if exists (select from pg_class where relname = partition_name and relnamespace = '${schema}'::regnamespace) then
        foreach bound_tenant in array array(select tenant_id from tenant where removed_at is null) loop
            perform set_config('tokentally.tenant', bound_tenant, true);
            if control_totals_differ(bound_tenant, from_day, until_day) then
                perform take_control_totals(bound_tenant, from_day, until_day);
                if control_totals_differ(bound_tenant, from_day, until_day) then
                    raise exception 'the rows of tenant % are not what its balance of % says', bound_tenant, from_day
                        using errcode = 'integrity_constraint_violation';
                end if;
            end if;
        end loop;

        -- Rows of a tenant that does not exist would go uncounted. The index is asked for each tenant in turn.
        execute format('alter table %I no force row level security', partition_name);
        execute format(
            'with recursive holder as (
                (select tenant_id from %1$I order by tenant_id limit 1)
                union all
                select (select p.tenant_id from %1$I p where p.tenant_id > h.tenant_id order by p.tenant_id limit 1)
                from holder h where h.tenant_id is not null)
            select h.tenant_id from holder h
            where h.tenant_id is not null and not exists (select from tenant t where t.tenant_id = h.tenant_id) limit 1',
            partition_name) into stray_tenant;
        if stray_tenant is not null then
            raise exception 'there are rows of %, which is no tenant, in %', stray_tenant, from_day
                using errcode = 'integrity_constraint_violation';
        end if;

        if is_shared then
            -- Other files name this partition, so it stays, and stays empty.
            execute format('truncate only %I', partition_name);
            execute format('alter table %I force row level security', partition_name);
            execute format('alter table %I add constraint sealed_takes_no_rows check (false)', partition_name);
        else
            execute format('drop table %I', partition_name);
        end if;
    end if;
    insert into usage_seal (sealed_from, sealed_until, sealed_at) values (from_day, until_day, now());
    perform set_config('tokentally.platform', '', true), set_config('tokentally.tenant', '', true);
    return true;
end $$;

revoke all on function seal_usage_month(date) from public;
grant execute on function seal_usage_month(date) to "${serving_role}";

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

-- What the door must know of credentials, many at once: whether each one's tenant exists and is active, and the API key of
-- that prefix (null: not a key). It binds those tenants for its own time, and sees what the caller may see.
create or replace function at_the_door(asked_tenants text[], asked_prefixes text[]) returns table (
        place bigint, is_known boolean, is_suspended boolean, is_removed boolean,
        key_id uuid, key_hash bytea, roles text[], user_id text, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
    language plpgsql
as $$
begin
    perform set_config('tokentally.tenants', array_to_string(asked_tenants, ','), true);
    return query
        select asked.place, t.tenant_id is not null, t.suspended_at is not null, t.removed_at is not null,
               k.id, k.key_hash, k.roles, u.user_id, k.expires_at, k.revoked_at, k.last_used_at
        from unnest(asked_tenants, asked_prefixes) with ordinality as asked (tenant_id, prefix, place)
        left join tenant t on t.tenant_id = asked.tenant_id
        left join api_key k on k.tenant_id = asked.tenant_id and k.prefix = asked.prefix
        left join app_user u on u.tenant_id = k.tenant_id and u.user_key = k.user_key;
    perform set_config('tokentally.tenants', '', true);
end $$;

-- Takes away rows of a tenant whose offboarding has begun, at most so many of each table, and says how many: until none is
-- left. The tenant's own row stays, with its id and zones alone. The serving role may delete nothing, so the owner does it on its behalf.
create or replace function remove_tenant_rows(wanted_tenant text, most integer) returns bigint
    language plpgsql security definer set search_path = ${schema}, pg_temp
as $$
declare
    tenant_column text;
    name text;
    gone bigint;
    all_gone bigint := 0;
begin
    perform set_config('tokentally.tenants', '', true), set_config('tokentally.tenant', wanted_tenant, true);
    if not exists (select from tenant where tenant_id = wanted_tenant and removed_at is not null) then
        raise exception 'tenant % is not being removed', wanted_tenant using errcode = 'invalid_parameter_value';
    end if;
    delete from user_api_usage where tenant_id = wanted_tenant and (usage_day, id) in (
        select u.usage_day, u.id from user_api_usage u where u.tenant_id = wanted_tenant limit most);
    get diagnostics gone = row_count;
    all_gone := all_gone + gone;
    delete from price_band where book = wanted_tenant;   -- before their prices; every other order will do
    for name, tenant_column in
        select c.relname, a.attname
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('tenant_id', 'book') and not a.attisdropped
        where c.relnamespace = '${schema}'::regnamespace and c.relkind = 'r' and not c.relispartition and c.relname not in ('tenant', 'tenant_zone')
        order by c.relname
    loop
        execute format('delete from %1$I where ctid = any (array(select ctid from %1$I where %2$I = $1 limit $2))', name, tenant_column)
            using wanted_tenant, most;
        get diagnostics gone = row_count;
        all_gone := all_gone + gone;
    end loop;
    update tenant set name = tenant_id, max_monthly_tokens = null, max_monthly_cost = null, max_monthly_calls = null
    where tenant_id = wanted_tenant;
    perform set_config('tokentally.tenant', '', true);
    return all_gone;
end $$;

revoke all on function remove_tenant_rows(text, integer) from public;
grant execute on function remove_tenant_rows(text, integer) to "${serving_role}";

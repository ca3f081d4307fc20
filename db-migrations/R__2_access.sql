-- What the serving role may do, and to which rows.
--
-- It makes and drops nothing and touches no partition directly. Facts and their identity are added, never changed.

grant usage on schema ${schema} to "${serving_role}";
grant select, insert on user_api_usage, event_key to "${serving_role}";
grant select, insert, update on
    tenant, tenant_zone, tier, app_user, price,
    rollup_endpoint_day, rollup_session, rollup_user_day, rollup_tenant_day, quota_balance, tenant_balance
    to "${serving_role}";
grant select, insert on price_band to "${serving_role}";
grant select, insert, delete on model_alias to "${serving_role}";

-- All row security stands here. A tenant sees and writes only its own rows, the owner of the tables included (FORCE).
-- No tenant bound: tokentally_tenant() is null, and no row is seen or written.

do $$
declare
    name text;
begin
    foreach name in array array[
        'tenant', 'tenant_zone', 'tier', 'app_user', 'user_api_usage', 'user_api_usage_before_2020', 'event_key',
        'rollup_endpoint_day', 'rollup_session', 'rollup_user_day', 'rollup_tenant_day', 'quota_balance', 'tenant_balance']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('drop policy if exists own_rows on %I', name);
        execute format('create policy own_rows on %I using (tenant_id = tokentally_tenant()) with check (tenant_id = tokentally_tenant())', name);
    end loop;

    -- Price books: a tenant reads the catalogue and its own book and writes its own. The catalogue is written under the
    -- binding '*', which is no tenant id.
    foreach name in array array['price', 'price_band', 'model_alias']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('drop policy if exists readable_books on %I', name);
        execute format('drop policy if exists own_book on %I', name);
        execute format('create policy readable_books on %I for select using (tokentally_tenant() is not null and book in (''*'', tokentally_tenant()))', name);
        execute format('create policy own_book on %I using (book = tokentally_tenant()) with check (book = tokentally_tenant())', name);
    end loop;
end $$;

-- What the serving role may do, and to which rows.
--
-- It makes and drops nothing and touches no partition directly. Facts and their identity are added, never changed; what a
-- person wrote into a fact's free fields can be cleared.

grant usage on schema ${schema} to "${serving_role}";
grant select, insert on user_api_usage, event_key to "${serving_role}";
grant select, insert, update on
    tenant, tenant_zone, tier, app_user, price,
    rollup_context, rollup_session, rollup_user, rollup_tenant, quota_balance, tenant_balance, reservation
    to "${serving_role}";
grant update (event_id, session_id, problem_id, grade_level, git_branch, error_message, reversal_reason, tags) on user_api_usage
    to "${serving_role}";
grant delete on rollup_context, rollup_session to "${serving_role}";
grant select, insert, update on api_key to "${serving_role}";
grant select, insert on audit_log to "${serving_role}";
grant select on sealed_month to "${serving_role}";
grant select, insert on price_band to "${serving_role}";
grant select, insert, delete on model_alias to "${serving_role}";

-- All row security stands here. A tenant sees and writes only its own rows, the owner of the tables included (FORCE).
-- A reader is bound to one tenant. A writer of the ledger is bound to the tenants of the commands it carries, so that one
-- transaction can serve many. Nothing bound: tokentally_tenants() holds no tenant, and no row is seen or written.
-- The function stands in a sub-select so that it is asked once per statement and not once per row.

do $$
declare
    name text;
begin
    foreach name in array array[
        'tenant', 'tenant_zone', 'tier', 'app_user', 'user_api_usage', 'user_api_usage_before_2020', 'event_key',
        'rollup_context', 'rollup_session', 'rollup_user', 'rollup_tenant', 'quota_balance', 'tenant_balance',
        'reservation', 'sealed_month', 'api_key']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('drop policy if exists own_rows on %I', name);
        execute format('create policy own_rows on %I using (tenant_id = any ((select tokentally_tenants())::text[])) with check (tenant_id = any ((select tokentally_tenants())::text[]))', name);
    end loop;

    -- The platform visits tenants one by one, and must first know which there are. This shows it who they are, and no more.
    foreach name in array array['tenant', 'tenant_zone']
    loop
        execute format('drop policy if exists listed_by_platform on %I', name);
        execute format('create policy listed_by_platform on %I for select using (current_setting(''tokentally.platform'', true) = ''tenants'')', name);
    end loop;

    -- The audit log has no policy for changing a row, so that nobody can, not even the owner of the table. Its rows go when
    -- their tenant is removed. The platform's own are bound as '*', which is no tenant id.
    alter table audit_log enable row level security;
    alter table audit_log force row level security;
    drop policy if exists readable_rows on audit_log;
    drop policy if exists new_rows on audit_log;
    drop policy if exists gone_with_its_tenant on audit_log;
    create policy readable_rows on audit_log for select using (tenant_id = any ((select tokentally_tenants())::text[]));
    create policy new_rows on audit_log for insert with check (tenant_id = any ((select tokentally_tenants())::text[]));
    create policy gone_with_its_tenant on audit_log for delete using (
        tenant_id = any ((select tokentally_tenants())::text[])
        and exists (select from tenant t where t.tenant_id = audit_log.tenant_id and t.removed_at is not null));

    -- Price books: a tenant reads the catalogue and its own book and writes its own. The catalogue is written under the
    -- binding '*', which is no tenant id.
    foreach name in array array['price', 'price_band', 'model_alias']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('drop policy if exists readable_books on %I', name);
        execute format('drop policy if exists own_book on %I', name);
        execute format('create policy readable_books on %I for select using (cardinality(array_remove((select tokentally_tenants()), null)) > 0 and (book = ''*'' or book = any ((select tokentally_tenants())::text[])))', name);
        execute format('create policy own_book on %I using (book = tokentally_tenant()) with check (book = tokentally_tenant())', name);
    end loop;
end $$;

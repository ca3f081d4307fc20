package io.tokentally.tenancy;

import static io.tokentally.testing.Sql.count;
import static io.tokentally.testing.Sql.execute;
import static io.tokentally.testing.Sql.stateOf;
import static io.tokentally.testing.Sql.stateOfInserting;
import static io.tokentally.testing.Sql.tenantColumn;
import static io.tokentally.testing.Sql.texts;
import static io.tokentally.testing.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.PostgresForTests.Server;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The second wall, asked of PostgreSQL itself: what its catalogue says of every table there is, and what each table
 * gives to a connection of the serving role. A table of a later migration is on trial without being named here.
 */
@ApiTest
class RowSecurityTest {

    /** Tables of no tenant. A new name here is a decision. */
    private static final String BELONG_TO_NO_TENANT = "'flyway_schema_history', 'usage_seal'";

    /** One line for each fault, "name: fault"; run as the owner. */
    private static final String FAULTS = """
            with thing as (
                select c.oid, c.relname, c.relkind, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
                       n.nspname,
                       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname in ('tenant_id', 'book')
                               and not a.attisdropped) as is_of_a_tenant
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            ), tenant_table as (
                select * from thing where relkind in ('r', 'p') and is_of_a_tenant
            )
            select relname, 'row security is not enabled' as fault from tenant_table where not relrowsecurity
            union all
            select relname, 'row security is not forced' from tenant_table where not relforcerowsecurity
            union all
            select relname, 'has no policy' from tenant_table
                where not relispartition and not exists (select from pg_policy p where p.polrelid = tenant_table.oid)
            union all
            select relname, 'policy ' || polname || ' does not ask for the tenant'
                from tenant_table join pg_policy on polrelid = tenant_table.oid
                where polname <> 'listed_by_platform' and (
                    coalesce(pg_get_expr(polqual, polrelid), 'tokentally_tenant()') !~ 'tokentally_tenants?\\(\\)'
                    or coalesce(pg_get_expr(polwithcheck, polrelid), 'tokentally_tenant()') !~ 'tokentally_tenants?\\(\\)')
            union all
            select relname, 'is a partition the serving role may touch' from thing
                where relispartition and (has_any_column_privilege('${app}', oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                    or has_table_privilege('${app}', oid, 'DELETE, TRUNCATE, TRIGGER'))
            union all
            select relname, 'belongs to no tenant and is not on the list' from thing
                where relkind in ('r', 'p') and not is_of_a_tenant and relname not in (${allowed})
            union all
            select relname, 'belongs to no tenant and the serving role may touch it' from thing
                where relkind in ('r', 'p') and not is_of_a_tenant
                  and (has_any_column_privilege('${app}', oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                    or has_table_privilege('${app}', oid, 'DELETE'))
            union all
            select relname, 'may be truncated, which asks no policy' from thing
                where has_table_privilege('${app}', oid, 'TRUNCATE, TRIGGER')
            union all
            select relname, 'is a view that asks with the rights of its maker' from thing
                where relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false)
            union all
            select relname, 'is of a kind that knows no row security' from thing where relkind in ('m', 'f')
            union all
            select relname, 'is outside the schema that is watched' from thing where nspname <> 'public'
            union all
            select proname::text, 'is a function with the rights of its maker and is not on the list'
                from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
                and proname not in ('ensure_usage_partition', 'seal_usage_month', 'sealed_usage', 'remove_tenant_rows')
            union all
            select proname::text, 'is a function with the rights of its maker and looks for names where its caller says'
                from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
                and coalesce(proconfig[1], '') !~ '^search_path=public, pg_temp$'
            union all
            select proname::text, 'is a function with the rights of its maker for everybody'
                from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
                and has_function_privilege('public', oid, 'EXECUTE')
            """;

    private final Server server = PostgresForTests.server();
    /** Of all tests here: each takes back what it tries. */
    private static final Organisation ACME = Organisation.fresh();

    private static final Organisation OTHER = Organisation.fresh();
    private static boolean isFilled;

    @Inject
    DataSource pool;

    @BeforeEach
    void rowsOfBothInEveryTable() throws SQLException {
        if (!isFilled) {
            fill(ACME);
            fill(OTHER);
            isFilled = true;
        }
    }

    private void fill(Organisation tenant) throws SQLException {
        tenant.putUser("1", "{\"username\": \"ann\"}");
        for (String day : List.of("2026-03-01", "1999-03-01")) {
            tenant.record("{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,"
                    + "\"session_id\":\"s\",\"event_id\":\"" + day + "\",\"occurred_at\":\"" + day + "T00:00:00Z\"}");
        }
        try (Connection app = boundTo(tenant)) {
            execute(app, """
                    with own as (
                        insert into price (book, provider, model, vendor, input_per_million, output_per_million, source)
                        values (tokentally_tenant(), 'p', 'm', true, 1, 1, 'test') returning price_id, book)
                    insert into price_band (price_id, book, threshold_tokens, threshold_included, input_per_million,
                        output_per_million)
                    select price_id, book, 1, true, 1, 1 from own""");
            execute(
                    app,
                    "insert into model_alias (book, provider, alias, model) values (tokentally_tenant(), 'p', 'a', 'm')");
            execute(app, """
                    insert into reservation (tenant_id, id, month, state, held_calls, held_tokens, held_cost, granted_at,
                        expires_at, ended_at)
                    values (tokentally_tenant(), gen_random_uuid(), date '2026-03-01', 'expired', 1, 1, 1, now(), now(), now())""");
            execute(app, """
                    insert into api_key (tenant_id, id, prefix, key_hash, name, roles, created_at, created_with)
                    values (tokentally_tenant(), gen_random_uuid(), gen_random_uuid()::text, '', 'k', '{service}', now(), 'w')""");
            execute(app, """
                    insert into audit_log (tenant_id, id, at, actor, action)
                    values (tokentally_tenant(), gen_random_uuid(), now(), 'a', 'tier.changed')""");
            app.commit();
        }
        sealAMonthOf(tenant);
    }

    /** Control totals are the owner's to write. */
    private void sealAMonthOf(Organisation tenant) throws SQLException {
        try (Connection owner = server.connectAsOwner()) {
            owner.setAutoCommit(false);
            texts(owner, "select set_config('tokentally.tenant', '" + tenant.id() + "', true)");
            execute(
                    owner,
                    "insert into sealed_month values (tokentally_tenant(), '1980-01-01', 0, 0, 0, 0, 0, 0, 0, now())");
            owner.commit();
        }
    }

    @Nested
    class TheCatalogue {

        @Test
        void showsNoTableThatForgotRowSecurity() throws SQLException {
            try (Connection owner = server.connectAsOwner()) {
                assertThat(faults(owner)).isEmpty();
            }
        }

        /** The guard on trial: each forgetful migration is named, then rolled back. */
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                create table f (tenant_id text)                                   | f: row security is not enabled
                create table f (book text)                                        | f: row security is not forced
                create table f (tenant_id text); alter table f enable row level security | f: row security is not forced
                create table f (tenant_id text); alter table f force row level security  | f: row security is not enabled
                create table f (tenant_id text)                                   | f: has no policy
                create table f (tenant_id text); create policy open on f using (true) | f: policy open does not ask for the tenant
                create table f (tenant_id text); create policy leak on f using (tenant_id = tokentally_tenant()) with check (true) | f: policy leak does not ask for the tenant
                create table f (tenant text)                                      | f: belongs to no tenant and is not on the list
                grant select on flyway_schema_history to ${app}                   | flyway_schema_history: belongs to no tenant and the serving role may touch it
                create table f (tenant_id text) partition by list (tenant_id); create table g partition of f default | g: row security is not forced
                grant select on user_api_usage_before_2020 to ${app}              | user_api_usage_before_2020: is a partition the serving role may touch
                grant update (model) on user_api_usage_before_2020 to ${app}      | user_api_usage_before_2020: is a partition the serving role may touch
                grant truncate on tier to ${app}                                  | tier: may be truncated, which asks no policy
                create view f as select * from tier                               | f: is a view that asks with the rights of its maker
                create view f with (security_invoker = false) as select 1         | f: is a view that asks with the rights of its maker
                create materialized view f as select * from tier                  | f: is of a kind that knows no row security
                create schema aside; create table aside.f (tenant_id text)        | f: is outside the schema that is watched
                alter table tier no force row level security                      | tier: row security is not forced
                alter table tier disable row level security                       | tier: row security is not enabled
                drop policy own_rows on tier                                      | tier: has no policy
                create function f() returns bigint language sql security definer return 1 | f: is a function with the rights of its maker and is not on the list
                create function f() returns bigint language sql security definer return 1 | f: is a function with the rights of its maker and looks for names where its caller says
                create function f() returns bigint language sql security definer set search_path = "$user", public return 1 | f: is a function with the rights of its maker and looks for names where its caller says
                create function f() returns bigint language sql security definer return 1 | f: is a function with the rights of its maker for everybody
                grant execute on function seal_usage_month(date) to public        | seal_usage_month: is a function with the rights of its maker for everybody
                create table f (tenant_id text, book text); create policy own on f using (tenant_id = current_setting('tokentally.tenant')) | f: policy own does not ask for the tenant
                """)
        void wouldNameOneThatForgets(String migration, String fault) throws SQLException {
            try (Connection owner = server.connectAsOwner()) {
                owner.setAutoCommit(false);
                execute(owner, migration.replace("${app}", server.appUser()));

                assertThat(faults(owner)).contains(fault);

                owner.rollback();
            }
        }

        @Test
        void showsPartitionsMadeByTheService() throws SQLException {
            try (Connection owner = server.connectAsOwner()) {
                assertThat(texts(owner, "select relname from pg_class where relispartition and relkind = 'r'"))
                        .contains("user_api_usage_2026_03", "user_api_usage_before_2020");
            }
        }
    }

    @Nested
    class TheRoles {

        @Test
        void areNeitherSuperuserNorLetOff() throws SQLException {
            try (Connection owner = server.connectAsOwner()) {
                assertThat(texts(
                                owner,
                                "select rolname from pg_roles where rolname in ('" + server.appUser() + "','"
                                        + server.ownerUser() + "') and not rolsuper and not rolbypassrls"
                                        + " and not rolreplication and not rolcreaterole"))
                        .containsExactlyInAnyOrder(server.appUser(), server.ownerUser());
            }
        }

        @Test
        void giveTheServingRoleNothingToOwnAndNoOtherRole() throws SQLException {
            try (Connection app = unbound()) {
                String me = "'" + server.appUser() + "'::regrole";
                assertThat(texts(app, "select objid from pg_shdepend where deptype = 'o' and refobjid = " + me))
                        .isEmpty();
                assertThat(texts(app, "select roleid::regrole from pg_auth_members where member = " + me))
                        .isEmpty();
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                create table mine (a int)
                create schema mine
                create view mine as select 1
                create function mine() returns int language sql return 1
                alter table tier disable row level security
                alter table tier no force row level security
                drop policy own_rows on tier
                create policy mine on tier using (true)
                alter role current_user bypassrls
                truncate tier
                select * from user_api_usage_before_2020
                select * from flyway_schema_history
                select * from usage_seal
                delete from sealed_month
                update sealed_month set calls = 0
                insert into sealed_month values (tokentally_tenant(), '1980-02-01', 0, 0, 0, 0, 0, 0, 0, now())
                """)
        void refuseTheServingRole(String statement) throws SQLException {
            try (Connection app = boundTo(ACME)) {
                assertThatThrownBy(() -> execute(app, statement))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
            }
        }

        /** row_security = off does not lift row security; it makes PostgreSQL refuse. */
        @Test
        void refuseToReadPastThePolicies() throws SQLException {
            try (Connection app = boundTo(ACME)) {
                execute(app, "set local row_security = off");

                assertThatThrownBy(() -> count(app, "tier")).hasMessageContaining("row-level security");
            }
        }
    }

    @Nested
    class WithNoTenantBound {

        @Test
        void everyTableAndViewIsEmpty() throws SQLException {
            try (Connection app = unbound()) {
                assertAllEmpty(app, readable(app));
            }
        }

        @Test
        void everyTableAndViewIsEmptyWhenTheBindingIsBlank() throws SQLException {
            try (Connection app = bound("")) {
                assertAllEmpty(app, readable(app));
            }
        }

        /** FORCE: the owner of the tables is no exception, not even in a partition. */
        @Test
        void everyTableIsEmptyForItsOwner() throws SQLException {
            try (Connection owner = server.connectAsOwner()) {
                owner.setAutoCommit(false);
                List<String> all = texts(owner, """
                        select relname from pg_class where relnamespace = 'public'::regnamespace
                        and relkind in ('r', 'p', 'v') and relname not in (%s)""".formatted(BELONG_TO_NO_TENANT));

                assertThat(all).contains("user_api_usage_2026_03");
                assertAllEmpty(owner, all);
            }
        }

        /** Why a migration that changes rows lifts FORCE for itself: otherwise it changes none, and Flyway is content. */
        @Test
        void itsOwnerChangesNothingUntilForceIsLifted() throws SQLException {
            try (Connection owner = server.connectAsOwner()) {
                owner.setAutoCommit(false);
                String change = "update tier set max_monthly_calls = 1 where tenant_id in ('%s', '%s')"
                        .formatted(ACME.id(), OTHER.id());

                assertThat(update(owner, change)).isZero();
                execute(owner, "alter table tier no force row level security");
                assertThat(update(owner, change)).isGreaterThanOrEqualTo(2);

                owner.rollback();
            }
        }

        @Test
        void nothingCanBeWritten() throws SQLException {
            for (String tenant : new String[] {null, ""}) {
                try (Connection app = tenant == null ? unbound() : bound(tenant)) {
                    assertNothingCanBeWritten(app);
                }
            }
        }
    }

    @Nested
    class BoundAsThePlatform {

        @Test
        void onlyWhoTheTenantsAreIsSeen() throws SQLException {
            try (Connection app = asPlatform()) {
                List<String> listed = texts(
                        app,
                        "select polrelid::regclass from pg_policy where polname = 'listed_by_platform' order by 1");
                List<String> all = readable(app);
                all.removeAll(listed);

                assertThat(listed).contains("tenant").isSubsetOf("tenant", "tenant_zone");
                assertThat(count(app, "tenant")).isGreaterThanOrEqualTo(2);
                assertAllEmpty(app, all);
            }
        }

        @Test
        void nothingCanBeWritten() throws SQLException {
            try (Connection app = asPlatform()) {
                assertNothingCanBeWritten(app);
            }
        }

        private Connection asPlatform() throws SQLException {
            Connection app = unbound();
            texts(app, "select set_config('tokentally.platform', 'tenants', true)");
            return app;
        }
    }

    @Nested
    class BoundToATenant {

        /** Also proves that the other tests look at rows that are there. */
        @Test
        void itsOwnRowsAreInEveryTableAndView() throws SQLException {
            try (Connection app = boundTo(ACME)) {
                var softly = new SoftAssertions();
                for (String name : readable(app)) {
                    softly.assertThat(count(app, name)).as(name).isPositive();
                }
                softly.assertAll();
            }
        }

        @Test
        void nobodyElsesRowsAreInAnyTable() throws SQLException {
            try (Connection app = boundTo(ACME)) {
                var softly = new SoftAssertions();
                for (String table : tables(app)) {
                    String key = tenantColumn(app, table);
                    softly.assertThat(texts(app, "select distinct " + key + " from " + table))
                            .as(table)
                            .isSubsetOf(ACME.id(), "*");
                }
                softly.assertAll();
            }
        }

        /** A view may not show its tenant, so its rows are compared: the other's doings change nothing in it. */
        @Test
        void nobodyElsesDoingsChangeAnyView() throws SQLException {
            List<String> before = viewsOf(ACME);
            OTHER.record("{\"user_id\":77,\"endpoint\":\"mine\",\"model\":\"gpt-4o\",\"prompt_tokens\":7,"
                    + "\"session_id\":\"theirs\"}");

            assertThat(viewsOf(ACME)).isEqualTo(before);
        }

        @Test
        void noRowCanBeMadeForAnother() throws SQLException {
            try (Connection app = boundTo(ACME)) {
                var softly = new SoftAssertions();
                for (String table : tables(app)) {
                    softly.assertThat(stateOfInserting(app, table, rowOf(OTHER, table)))
                            .as("insert into " + table)
                            .isEqualTo("42501");
                }
                softly.assertAll();
            }
        }

        @Test
        void noRowCanBeGivenToAnother() throws SQLException {
            try (Connection app = boundTo(ACME)) {
                var softly = new SoftAssertions();
                for (String table : tables(app)) {
                    String key = tenantColumn(app, table);
                    String gift = "update " + table + " set " + key + " = '" + OTHER.id() + "' where " + key + " = '"
                            + ACME.id() + "'";
                    softly.assertThat(stateOf(app, gift)).as(gift).isEqualTo("42501");
                }
                softly.assertAll();
            }
        }

        @Test
        void noRowOfAnotherCanBeChangedTakenOrDeleted() throws SQLException {
            try (Connection app = boundTo(ACME)) {
                var softly = new SoftAssertions();
                for (String table : tables(app)) {
                    String key = tenantColumn(app, table);
                    String notMine = " where " + key + " <> '" + ACME.id() + "'";
                    softly.assertThat(
                                    update(app, "update " + table + " set " + key + " = '" + ACME.id() + "'" + notMine))
                            .as("taken from " + table)
                            .isZero();
                    softly.assertThat(update(app, "delete from " + table + notMine))
                            .as("deleted from " + table)
                            .isZero();
                }
                softly.assertAll();
            }
        }

        @ParameterizedTest
        @CsvSource({"commit", "rollback"})
        void theBindingEndsWithItsTransaction(String end) throws SQLException {
            try (Connection app = unbound()) {
                texts(app, "select set_config('tokentally.tenant', '" + ACME.id() + "', true)");
                assertThat(count(app, "tier")).isPositive();

                execute(app, end);

                assertThat(count(app, "tier")).isZero();
            }
        }
    }

    /** Takes every connection the service has, so also those that have just worked for a tenant. */
    @Test
    void theServiceReturnsItsConnectionsUnbound() throws SQLException {
        ACME.get("/api/usage/stats").then().statusCode(200);
        ACME.get("/api/usage/export").then().statusCode(200);
        ACME.tryToRecord("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":2,\"event_id\":\"2026-03-01\"}")
                .then()
                .statusCode(409);
        var taken = new ArrayList<Connection>();
        try {
            var bindings = new ArrayList<String>();
            for (int connection = 0; connection < 15; connection++) {
                taken.add(pool.getConnection());
                bindings.addAll(texts(taken.getLast(), "select current_setting('tokentally.tenant', true)"));
            }

            assertThat(bindings).as("'' once bound, null never").contains("").containsOnly("", null);
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    private List<String> faults(Connection owner) throws SQLException {
        return texts(
                owner,
                "select relname || ': ' || fault from ("
                        + FAULTS.replace("${app}", server.appUser()).replace("${allowed}", BELONG_TO_NO_TENANT)
                        + ") as found");
    }

    private Connection unbound() throws SQLException {
        Connection app = server.connectAsApp("");
        app.setAutoCommit(false);
        return app;
    }

    private Connection bound(String tenant) throws SQLException {
        Connection app = unbound();
        texts(app, "select set_config('tokentally.tenant', '" + tenant + "', true)");
        return app;
    }

    private Connection boundTo(Organisation tenant) throws SQLException {
        return bound(tenant.id());
    }

    /** What the serving role may read at all: tables and views, no partition. */
    private static List<String> readable(Connection app) throws SQLException {
        return named(app, "'r', 'p', 'v'");
    }

    private static List<String> tables(Connection app) throws SQLException {
        return named(app, "'r', 'p'");
    }

    private static List<String> named(Connection app, String kinds) throws SQLException {
        List<String> names = texts(app, """
                select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in (%s)
                and has_table_privilege(oid, 'SELECT') order by relname""".formatted(kinds));
        assertThat(names).contains("tier", "user_api_usage", "event_key");
        return names;
    }

    private static void assertAllEmpty(Connection connection, List<String> names) throws SQLException {
        var softly = new SoftAssertions();
        for (String name : names) {
            softly.assertThat(count(connection, name)).as(name).isZero();
        }
        softly.assertAll();
    }

    private void assertNothingCanBeWritten(Connection app) throws SQLException {
        var softly = new SoftAssertions();
        for (String table : tables(app)) {
            String key = tenantColumn(app, table);
            softly.assertThat(update(app, "update " + table + " set " + key + " = " + key))
                    .as("updated in " + table)
                    .isZero();
            softly.assertThat(update(app, "delete from " + table))
                    .as("deleted from " + table)
                    .isZero();
            softly.assertThat(stateOfInserting(app, table, rowOf(OTHER, table)))
                    .as("insert into " + table)
                    .isEqualTo("42501");
        }
        softly.assertAll();
    }

    private List<String> viewsOf(Organisation tenant) throws SQLException {
        try (Connection app = boundTo(tenant)) {
            var rows = new ArrayList<String>();
            for (String view : named(app, "'v', 'r', 'p'")) {
                rows.addAll(texts(app, "select '" + view + " ' || v::text from " + view + " v order by 1"));
            }
            return rows;
        }
    }

    /** A row of that tenant as JSON. */
    private String rowOf(Organisation tenant, String table) throws SQLException {
        try (Connection app = boundTo(tenant)) {
            return texts(
                            app,
                            "select to_jsonb(t) from " + table + " t where " + tenantColumn(app, table) + " = '"
                                    + tenant.id() + "' limit 1")
                    .getFirst();
        }
    }
}

package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.PostgresForTests.Server;
import io.tokentally.testing.Sql;
import io.tokentally.testing.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database in use is brought to the sums by day, month and ever, in a schema of its own. */
@ApiTest
class UpgradeTest {

    private static final Path ALL = Path.of("db-migrations");

    /** As the sums were: by day, and sessions ever. The days of 2019 have no rows any more. */
    private static final String IN_USE = """
            insert into tenant (tenant_id, name, created_at) values ('old', 'Old', now()), ('new', 'New', now());
            insert into app_user (tenant_id, user_key, user_id, created_at) overriding system value
                values ('old', 1, 'jane', now()), ('old', 2, 'joe', now()), ('new', 3, 'jim', now());
            insert into usage_seal values ('-infinity', '2020-01-01', now());
            create table user_api_usage_2026_01 partition of user_api_usage for values from ('2026-01-01') to ('2026-02-01');
            insert into user_api_usage (tenant_id, usage_day, id, source, user_key, endpoint, provider, model, session_id,
                git_branch, calls, prompt_tokens, completion_tokens, cache_read_tokens, cache_write_5m_tokens,
                cache_write_1h_tokens, reasoning_tokens, input_cost, output_cost, response_time_ms, success, cache_hit,
                occurred_at, recorded_at)
            select tenant, day::date, gen_random_uuid(), 'ci', key, 'review', 'openai', 'gpt-4o', session, branch, 1, 10, 5, 0, 0,
                0, 0, 0.1, 0.2, 250, success, false, day, day
            from (values
                ('old', 1, timestamptz '2026-01-02T10:00:00Z', 'long', 'main', true),
                ('old', null, timestamptz '2026-01-02T11:00:00Z', 'short', null, false),
                ('new', 3, timestamptz '2026-01-02T10:00:00Z', 'other', 'main', true),
                ('new', 3, timestamptz '2026-01-03T10:00:00Z', 'other', 'topic', false)) c (tenant, key, day, session, branch, success);
            insert into rollup_endpoint_day values
                ('old', '2019-05-01', 'review', 'openai', 'gpt-4o', '', '', 4, 4, 1, 0, 0, 40, 20, 0, 0, 0, 0.4, 0.8, 900, 3);
            insert into rollup_user_day values
                ('old', '2019-05-01', 1, 2, 2, 0, 20, 10, 0.2, 0.4), ('old', '2019-05-01', 2, 1, 1, 0, 10, 5, 0.1, 0.2);
            insert into rollup_tenant_day values ('old', '2019-05-01', 2, 4, 4, 0, 40, 20, 0.4, 0.8);
            insert into rollup_session values
                ('old', 'long', '2019-05-01T08:00:00Z', '2026-01-02T10:00:00Z', 3, 3, 0, 30, 15, 0.3, 0.6),
                ('old', 'short', '2026-01-02T11:00:00Z', '2026-01-02T11:00:00Z', 1, 1, 0, 10, 5, 0.1, 0.2);
            insert into quota_balance (tenant_id, user_key, month, events, used_calls, used_prompt_tokens, used_completion_tokens,
                used_cost, unpriced_calls, first_call, last_call)
            values
                ('old', 1, '2019-05-01', 2, 2, 20, 10, 0.6, 0, '2019-05-01T08:00:00Z', '2019-05-01T09:00:00Z'),
                ('old', 2, '2019-05-01', 1, 1, 10, 5, 0.3, 0, '2019-05-01T08:30:00Z', '2019-05-01T08:30:00Z'),
                ('old', 1, '2026-01-01', 1, 1, 10, 5, 0.3, 0, '2026-01-02T10:00:00Z', '2026-01-02T10:00:00Z'),
                ('new', 3, '2026-01-01', 2, 2, 20, 10, 0.6, 0, '2026-01-02T10:00:00Z', '2026-01-03T10:00:00Z');
            insert into tenant_balance (tenant_id, month, users, events, used_calls, used_prompt_tokens, used_completion_tokens,
                used_cost, unpriced_calls)
            values ('new', '2026-01-01', 1, 2, 2, 20, 10, 0.6, 0)""";

    /** As the file of policies left it. */
    private static final String UNDER_FORCE = """
            do $$
            declare name text;
            begin
                foreach name in array array['user_api_usage', 'user_api_usage_before_2020', 'quota_balance', 'tenant_balance',
                    'rollup_endpoint_day', 'rollup_session', 'rollup_user_day', 'rollup_tenant_day'] loop
                    execute format('alter table %I enable row level security', name);
                    execute format('alter table %I force row level security', name);
                end loop;
            end $$""";

    private final Server server = PostgresForTests.server();
    private final String schema = "upgrade_" + Long.toHexString(System.nanoTime());

    @BeforeEach
    void upgrade(@TempDir Path older) throws SQLException, IOException {
        try (var files = Files.list(ALL)) {
            for (Path file : files.filter(name -> name.getFileName().toString().matches("V[1-4]__.*"))
                    .toList()) {
                Files.copy(file, older.resolve(file.getFileName()));
            }
        }
        migrate(older);
        try (Connection owner = server.connectAsOwner()) {
            owner.setSchema(schema);
            Sql.execute(owner, IN_USE);
            Sql.execute(owner, UNDER_FORCE);
        }
        migrate(ALL);
    }

    @AfterEach
    void leaveNothing() throws SQLException {
        try (Connection owner = server.connectAsOwner()) {
            Sql.execute(owner, "drop schema " + schema + " cascade");
        }
    }

    private void migrate(Path folder) {
        Flyway.configure()
                .dataSource(server.url(), server.ownerUser(), server.ownerPassword())
                .schemas(schema)
                .placeholders(Map.of("schema", schema, "serving_role", server.appUser()))
                .locations("filesystem:" + folder)
                .load()
                .migrate();
    }

    private Connection bound(String tenant) throws SQLException {
        return server.connectAsApp("-c%20tokentally.tenant=" + tenant + "%20-c%20search_path=" + schema);
    }

    @Test
    void makesTheSumsAnewFromTheRows() throws SQLException {
        try (Connection app = bound("new")) {
            assertThat(Truth.differences(app)).isEmpty();
        }
    }

    @Test
    void keepsWhatWasKeptOfMonthsWithoutRows() throws SQLException {
        try (Connection app = bound("old")) {
            assertThat(Sql.texts(
                            app,
                            "select concat_ws(' ', grain, period, users, events, calls, prompt_tokens, trim_scale(input_cost + output_cost))"
                                    + " from rollup_tenant order by grain, period"))
                    .containsExactly(
                            "day 2019-05-01 2 4 4 40 1.2",
                            "day 2026-01-02 1 2 2 20 0.6",
                            "ever 0001-01-01 2 6 6 60 1.8",
                            "month 2019-05-01 2 4 4 40 1.2",
                            "month 2026-01-01 1 2 2 20 0.6");
            assertThat(Sql.texts(
                            app,
                            "select concat_ws(' ', user_key, calls, first_at at time zone 'UTC', last_at at time zone 'UTC')"
                                    + " from rollup_user where grain = 'ever' order by user_key"))
                    .containsExactly(
                            "0 2 2026-01-02 11:00:00 2026-01-02 11:00:00",
                            "1 3 2019-05-01 08:00:00 2026-01-02 10:00:00",
                            "2 1 2019-05-01 08:30:00 2019-05-01 08:30:00");
            assertThat(Sql.texts(
                            app,
                            "select concat_ws(' ', session_id, grain, period, calls, prompt_tokens, first_day, last_day)"
                                    + " from rollup_session order by session_id, grain, period"))
                    .containsExactly(
                            "long day 2019-05-01 2 20 2019-05-01 2019-05-01",
                            "long day 2026-01-02 1 10 2026-01-02 2026-01-02",
                            "long ever 0001-01-01 3 30 2019-05-01 2026-01-02",
                            "short day 2026-01-02 1 10 2026-01-02 2026-01-02",
                            "short ever 0001-01-01 1 10 2026-01-02 2026-01-02");
            assertThat(Sql.texts(
                            app,
                            "select concat_ws(' ', git_branch, source, success, calls, failed_calls, timed_events, response_times)"
                                    + " from rollup_context where grain = 'ever' order by source, git_branch"))
                    .containsExactly("  t 4 1 3", " ci f 1 1 1 [49:49]={1}", "main ci t 1 0 1 [49:49]={1}");
        }
    }

    @Test
    void leavesNobodyOutsideRowSecurity() throws SQLException {
        try (Connection owner = server.connectAsOwner()) {
            assertThat(Sql.texts(
                            owner,
                            "select relname from pg_class where relnamespace = '" + schema
                                    + "'::regnamespace and relname like 'rollup%' and relkind = 'r'"
                                    + " and not (relrowsecurity and relforcerowsecurity)"))
                    .isEmpty();
        }
    }
}

package io.tokentally.tenancy;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The files of db-migrations, read as text. Flyway runs them as the owner of the tables, with no tenant bound, and FORCE
 * binds the owner too: a statement that reads or changes a tenant's rows finds none, and Flyway stays green. So a
 * migration lifts FORCE for itself, table by table, and puts it back.
 */
class MigrationsTest {

    private static final Path FOLDER = Path.of("db-migrations");
    private static final String POLICIES = "R__2_access.sql";

    private static final Pattern NOT_SAID = Pattern.compile("--[^\n]*|/\\*.*?\\*/|'(?:[^']|'')*'", Pattern.DOTALL);

    /** What is only defined does not run now. A block (do) does. */
    private static final Pattern DEFINED = Pattern.compile(
            "create (?:or replace )?(?:function|procedure)\\b[^;$]*?(?:\\$(\\w*)\\$.*?\\$\\1\\$|;)", Pattern.DOTALL);

    private static final Pattern TENANT_TABLE =
            Pattern.compile("create table (?:if not exists )?(\\w+) \\((.*?)\n\\)", Pattern.DOTALL);

    private static final Pattern RENAMED = Pattern.compile("alter table (\\w+) rename to (\\w+)");

    private static final Pattern TOUCHES_ROWS = Pattern.compile(
            "\\b(?:update|delete from|merge into|copy)\\b|\\binsert into\\b(?s:.*)\\b(?:select|table)\\b"
                    + "|\\bcreate (?:\\w+ )?(?:table|materialized view) (?:if not exists )?[\\w.]++\\s*(?:\\([^)]*\\)\\s*)?\\bas\\b");

    private static final Pattern TOUCHES_NONE =
            Pattern.compile("^(?:grant|revoke|comment|create (?:or replace )?view)\\b");

    private static final Pattern NOT_A_VERB = Pattern.compile("\\b(?:for|no key|on|do) (?:update|delete)\\b");

    @Test
    void liftForceWhereTheyTouchRowsOfTenants() throws IOException {
        Map<String, String> files = files("V");

        assertThat(files).containsKey("V1__foundation.sql");
        for (String name : files.keySet()) {
            assertThat(tablesTouchedUnderForce(files.get(name))).as(name).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            update tier set max_monthly_calls = 0                                     | tier
            UPDATE tier SET max_monthly_calls = 0                                     | tier
            delete from price_band                                                    | price_band
            insert into tenant_zone select tenant_id, now(), 'UTC' from tenant        | tenant, tenant_zone
            with old as (select * from app_user) insert into flags select 1 from old  | app_user
            create unlogged table copied (id) as select id from reservation           | reservation
            create table copied as select * from reservation                          | reservation
            merge into tier t using flags f on true when matched then delete          | tier
            do $$ begin update tier set tier = ''; end $$                             | tier
            alter table tier no force row level security; update tier set tier = ''   | tier
            update tier set tier = ''; alter table tier no force row level security; alter table tier force row level security | tier
            alter table tier no force row level security; alter table tier force row level security; update tier set tier = '' | tier
            alter table tier no force row level security; update tier set tier = (select user_id from app_user); alter table tier force row level security | app_user
            """)
    void wouldBeNamedIfTheyForgot(String migration, String tables) throws IOException {
        assertThat(tablesTouchedUnderForce(migration)).isEqualTo(tables);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alter table tier no force row level security; update tier set tier = ''; alter table tier force row level security
            alter table tier add column more text; create index more on tier (more)
            insert into flags values (1) -- update tier
            insert into flags select 'update tier'
            create function f() returns void language sql as $$ update tier set tier = '' $$
            create function f() returns void language sql return 1; grant update on tier to "${serving_role}"
            """)
    void areLeftInPeaceOtherwise(String migration) throws IOException {
        assertThat(tablesTouchedUnderForce(migration)).isEmpty();
    }

    @Test
    void holdAllPoliciesInOneFile() throws IOException {
        files("").forEach((name, sql) -> {
            if (!name.equals(POLICIES)) {
                assertThat(sql).as(name).doesNotContain("create policy").doesNotContain("alter policy");
            }
        });
    }

    private static String tablesTouchedUnderForce(String migration) throws IOException {
        String sql = plain(migration);
        var touched = new TreeSet<String>();
        for (String table : tenantTables()) {
            if (isTouchedUnderForce(table, sql)) {
                touched.add(table);
            }
        }
        return String.join(", ", touched);
    }

    /** Lifted before the first statement and put back after the last one. */
    private static boolean isTouchedUnderForce(String table, String sql) {
        boolean forced = true;
        boolean touched = false;
        for (String statement : statements(sql)) {
            if (statement.startsWith("alter table " + table + " no force row level security")) {
                forced = false;
            } else if (statement.startsWith("alter table " + table + " force row level security")) {
                forced = true;
            } else if (touchesRows(statement)
                    && Pattern.compile("\\b" + table + "\\b").matcher(statement).find()) {
                if (forced) {
                    return true;
                }
                touched = true;
            }
        }
        return touched && !forced;
    }

    private static boolean touchesRows(String statement) {
        return !TOUCHES_NONE.matcher(statement).find()
                && TOUCHES_ROWS
                        .matcher(NOT_A_VERB.matcher(statement).replaceAll(""))
                        .find();
    }

    private static List<String> statements(String sql) {
        var statements = new ArrayList<String>();
        for (String statement : sql.split(";")) {
            statements.add(statement.strip());
        }
        return statements;
    }

    private static TreeSet<String> tenantTables() throws IOException {
        String all = files("V").values().stream().map(MigrationsTest::plain).collect(joining("\n"));
        var tables = new TreeSet<String>();
        TENANT_TABLE
                .matcher(all)
                .results()
                .filter(table -> table.group(2).matches("(?s).*\\b(tenant_id|book)\\b.*"))
                .map(table -> table.group(1))
                .forEach(tables::add);
        RENAMED.matcher(all)
                .results()
                .filter(table -> tables.contains(table.group(1)))
                .forEach(table -> tables.add(table.group(2)));
        assertThat(tables)
                .contains("tenant", "tier", "price", "user_api_usage", "reservation", "sealed_month", "rollup_context");
        return tables;
    }

    /** In small letters, without comments, texts and definitions; one blank between words of a line. */
    private static String plain(String sql) {
        String said =
                NOT_SAID.matcher(sql).replaceAll("").toLowerCase(Locale.ROOT).replaceAll("[ \t]+", " ");
        return DEFINED.matcher(said).replaceAll(";");
    }

    private static Map<String, String> files(String prefix) throws IOException {
        var files = new TreeMap<String, String>();
        try (var found = Files.list(FOLDER)) {
            for (Path file : found.filter(f -> f.getFileName().toString().startsWith(prefix))
                    .toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }
}

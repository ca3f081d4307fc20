package io.tokentally.bench;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A tenant with made-up history, which comes past the service; the service's self-check says whether it is whole. */
final class FilledTenant {

    private record Step(String name, Duration time) {}

    private final FilledDatabase database;
    private final Shape shape;
    private final PrintStream out;
    private final List<Step> steps = new ArrayList<>();
    private long saidTenths;

    FilledTenant(FilledDatabase database, Shape shape, PrintStream out) {
        this.database = database;
        this.shape = shape;
        this.out = out;
    }

    void fill() throws Exception {
        database.ask("POST", "/api/tenants", "{\"id\":\"%s\",\"zone\":\"UTC\"}".formatted(shape.tenant()));
        Filler filler = new Filler(database::connectAsApp, shape, this::say);
        step("rows", () -> {
            filler.writeRows();
            return null;
        });
        // Or what comes next is planned for empty tables.
        step("vacuum", this::vacuum);
        step("sums", () -> {
            filler.writeSums();
            return null;
        });
        step("vacuum of the sums", this::vacuum);
    }

    /** Whether rows and sums agree. */
    boolean prove() throws Exception {
        String report =
                step("self-check", () -> database.ask("GET", "/api/platform/self-check?tenant=" + shape.tenant(), ""));
        boolean clean = report.contains("\"clean\":true");
        out.println(
                clean
                        ? "The self-check of %,d events is clean.".formatted(shape.events())
                        : "BROKEN: the self-check says " + report);
        return clean;
    }

    void sayFigures() throws SQLException {
        double seconds = steps.getFirst().time.toNanos() / 1e9;
        out.printf(
                "%s: %,d events of %,d users on %,d days from %s; %,.0f rows/s%n",
                shape.tenant(),
                shape.events(),
                shape.users(),
                shape.days(),
                shape.firstDate(),
                shape.events() / seconds);
        for (Step step : steps) {
            out.printf("  %-20s %8.1f s%n", step.name, step.time.toNanos() / 1e9);
        }
        saySizes();
    }

    private void saySizes() throws SQLException {
        try (Connection connection = database.connectAsApp();
                Statement statement = connection.createStatement();
                ResultSet size = statement.executeQuery("""
                        select coalesce(p.relname, c.relname) as name, sum(pg_total_relation_size(c.oid)) as bytes
                        from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
                        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
                        group by 1 having sum(pg_total_relation_size(c.oid)) > 1000000 order by 2 desc""")) {
            while (size.next()) {
                out.printf("  %-20s %,8.0f MB%n", size.getString(1), size.getLong(2) / 1e6);
            }
        }
    }

    private String vacuum() throws SQLException {
        try (Connection connection = database.connectAsOwner();
                Statement statement = connection.createStatement()) {
            statement.execute("vacuum (analyze)");
            return "";
        }
    }

    private <T> T step(String name, Callable<T> work) throws Exception {
        long start = System.nanoTime();
        T result = work.call();
        steps.add(new Step(name, Duration.ofNanos(System.nanoTime() - start)));
        return result;
    }

    /** Ten times in all. */
    private void say(long rows, Duration time) {
        long tenths = 10 * rows / shape.events();
        if (tenths > saidTenths) {
            saidTenths = tenths;
            System.err.printf(
                    "%s: %,d of %,d rows, %,.0f/s%n",
                    shape.tenant(), rows, shape.events(), rows / (time.toNanos() / 1e9));
        }
    }
}

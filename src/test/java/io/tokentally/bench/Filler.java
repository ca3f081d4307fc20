package io.tokentally.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes the users and calls of a tenant past the service: for benchmarks, and for looking at reports of much data. The
 * tenant is there and empty; its sums are made from the rows afterwards.
 */
final class Filler {

    interface Connecting {
        /** As the serving role. */
        Connection connect() throws SQLException;
    }

    interface Progress {
        void rows(long done, Duration time);
    }

    /** PostgreSQL makes the rows, so it takes as many as it has cores on the smallest machine worth measuring on. */
    private static final int CONNECTIONS = 2;

    private static final String USERS = """
            insert into app_user (tenant_id, user_id, user_id_is_number, username, email, tier, created_at)
            select ?, n::text, true, name || n, name || n || '@example.com',
                   case when n % 30 = 7 then 'unlimited' when n % 10 = 2 then 'pro' when n % 4 = 0 then 'basic' end, ?
            from generate_series(1, ?) as n,
            lateral (select (array['ada', 'amir', 'anna', 'bela', 'chen', 'dina', 'elif', 'emil', 'fatou', 'felix', 'gita',
                'hugo', 'ines', 'ivan', 'jana', 'kofi', 'lena', 'luca', 'maria', 'mateo', 'nadia', 'noah', 'olga', 'omar',
                'priya', 'quinn', 'rosa', 'sven', 'yuki'])[1 + n % 29] || '.' as name) names
            order by n""";

    private final Connecting database;
    private final Shape shape;
    private final Progress progress;
    private final long start = System.nanoTime();
    private long done;

    Filler(Connecting database, Shape shape, Progress progress) {
        this.database = database;
        this.shape = shape;
        this.progress = progress;
    }

    void fill() throws Exception {
        try (Connection connection = database.connect()) {
            makePartitions(connection);
            addUsers(connection);
        }
        addCalls();
    }

    /** The last day's sessions may go on for two more. */
    private void makePartitions(Connection connection) throws SQLException {
        YearMonth last = YearMonth.from(shape.lastDate().plusDays(2));
        try (var ensure = connection.prepareStatement("select ensure_usage_partition(?)")) {
            for (YearMonth month = YearMonth.from(shape.firstDate());
                    !month.isAfter(last);
                    month = month.plusMonths(1)) {
                LocalDate firstDay = month.atDay(1);
                ensure.setObject(1, firstDay);
                ensure.execute();
            }
        }
    }

    private void addUsers(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (var bind = connection.prepareStatement("select set_config('tokentally.tenant', ?, true)");
                var insert = connection.prepareStatement(USERS)) {
            bind.setString(1, shape.tenant());
            bind.execute();
            insert.setString(1, shape.tenant());
            insert.setObject(2, shape.firstDate().atStartOfDay().atOffset(ZoneOffset.UTC));
            insert.setInt(3, shape.users());
            insert.executeUpdate();
            connection.commit();
        }
    }

    private void addCalls() throws Exception {
        Iterator<Shape.Day> days = shape.calendar().iterator();
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                work.add(() -> fill(days));
            }
            for (Future<Void> one : threads.invokeAll(work)) {
                one.get();
            }
        }
    }

    private Void fill(Iterator<Shape.Day> days) throws SQLException {
        try (FilledDays connection = FilledDays.on(database.connect(), shape)) {
            for (Shape.Day day = next(days); day != null; day = next(days)) {
                add(connection.fill(day));
            }
        }
        return null;
    }

    private static Shape.Day next(Iterator<Shape.Day> days) {
        synchronized (days) {
            return days.hasNext() ? days.next() : null;
        }
    }

    private synchronized void add(long rows) {
        done += rows;
        progress.rows(done, Duration.ofNanos(System.nanoTime() - start));
    }
}

package io.tokentally.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Writes the users, calls and sums of a tenant past the service: for benchmarks, and for looking at reports of much data.
 * The tenant is there and empty.
 */
final class Filler {

    interface Progress {
        void rows(long done, Duration time);
    }

    private static final String USERS = """
            insert into app_user (tenant_id, user_id, user_id_is_number, username, email, tier, created_at)
            select ?, n::text, true, name || n, name || n || '@example.com',
                   case when n % 30 = 7 then 'unlimited' when n % 10 = 2 then 'pro' when n % 4 = 0 then 'basic' end, ?
            from generate_series(1, ?) as n,
            lateral (select (array['ada', 'amir', 'anna', 'bela', 'chen', 'dina', 'elif', 'emil', 'fatou', 'felix', 'gita',
                'hugo', 'ines', 'ivan', 'jana', 'kofi', 'lena', 'luca', 'maria', 'mateo', 'nadia', 'noah', 'olga', 'omar',
                'priya', 'quinn', 'rosa', 'sven', 'yuki'])[1 + n % 29] || '.' as name) names
            order by n""";

    private final Crew.Connecting database;
    private final Shape shape;
    private final Progress progress;
    private final Crew crew;
    private long done;

    Filler(Crew.Connecting database, Shape shape, Progress progress) {
        this.database = database;
        this.shape = shape;
        this.progress = progress;
        this.crew = new Crew(database, shape.tenant());
    }

    void writeRows() throws Exception {
        try (Connection connection = database.connect()) {
            makePartitions(connection);
        }
        FilledDays days = new FilledDays(shape);
        long start = System.nanoTime();
        crew.work(connection -> {}, List.of(this::addUsers));
        crew.work(
                days::prepare,
                shape.calendar().stream()
                        .<Crew.Task>map(day -> connection -> add(days.fill(connection, day), start))
                        .toList());
    }

    void writeSums() throws Exception {
        new FilledSums(shape).write(crew);
    }

    private void makePartitions(Connection connection) throws SQLException {
        try (var ensure = connection.prepareStatement("select ensure_usage_partition(?)")) {
            for (LocalDate month : shape.usageDays()
                    .map(day -> day.withDayOfMonth(1))
                    .distinct()
                    .toList()) {
                ensure.setObject(1, month);
                ensure.execute();
            }
        }
    }

    private void addUsers(Connection connection) throws SQLException {
        try (var insert = connection.prepareStatement(USERS)) {
            insert.setString(1, shape.tenant());
            insert.setObject(2, shape.firstDate().atStartOfDay().atOffset(ZoneOffset.UTC));
            insert.setInt(3, shape.users());
            insert.executeUpdate();
        }
    }

    private synchronized void add(long rows, long start) {
        done += rows;
        progress.rows(done, Duration.ofNanos(System.nanoTime() - start));
    }
}

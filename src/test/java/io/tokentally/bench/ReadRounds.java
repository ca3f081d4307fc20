package io.tokentally.bench;

import io.tokentally.bench.Reads.Question;
import io.tokentally.bench.Reads.View;
import io.tokentally.bench.Reads.Who;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks the small tenant, the large one, the small one …, so that what else the machine does meets both. */
final class ReadRounds {

    /** The same report of both tenants. */
    record Pair(ReadTimes small, ReadTimes large) {

        private Pair() {
            this(new ReadTimes(), new ReadTimes());
        }

        double ratio() {
            return large.median() / small.median();
        }
    }

    /** Of the large tenant: over the rows, in our view, as a report. */
    record Ways(ReadTimes plain, ReadTimes view, ReadTimes report) {

        private Ways() {
            this(new ReadTimes(), new ReadTimes(), new ReadTimes());
        }
    }

    private static final int ASKED_PER_ROUND = 20;
    private static final int WARM_UP = 100;

    /** A slow report is asked less often. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Reader small;
    private final Reader large;
    private final Map<Question, Pair> questions = new LinkedHashMap<>();
    private final Map<View, Ways> views = new LinkedHashMap<>();

    ReadRounds(Reader small, Reader large, List<Question> asked) {
        this.small = small;
        this.large = large;
        asked.forEach(question -> questions.put(question, new Pair()));
        Reads.VIEWS.forEach(view -> views.put(view, new Ways()));
    }

    Map<Question, Pair> questions() {
        return questions;
    }

    Map<View, Ways> views() {
        return views;
    }

    /** What the service and PostgreSQL compile, plan and cache first is not measured. */
    void warmUp() throws Exception {
        for (Question question : questions.keySet()) {
            ask(question, new Pair(), WARM_UP);
        }
    }

    /**
     * @param bound to the large tenant, as the service
     * @param plain sees no tenant but the large one, without row security
     */
    void round(Connection bound, Connection plain) throws Exception {
        for (var question : questions.entrySet()) {
            ask(question.getKey(), question.getValue(), ASKED_PER_ROUND);
        }
        for (var view : views.entrySet()) {
            ask(view.getKey(), view.getValue(), bound, plain);
        }
    }

    private void ask(Question question, Pair times, int count) throws Exception {
        long end = System.nanoTime() + LONGEST.toNanos();
        for (int i = 0; i < count && System.nanoTime() < end; i++) {
            times.small.add(small.ask(question.who(), question.path()));
            times.large.add(large.ask(question.who(), question.path()));
        }
    }

    private void ask(View view, Ways times, Connection bound, Connection plain) throws Exception {
        times.plain.add(ask(plain, view.askedPlain()));
        for (int i = 0; i < ASKED_PER_ROUND; i++) {
            times.view.add(ask(bound, view.asked()));
            times.report.add(large.ask(Who.ADMIN, view.report()));
        }
    }

    private static long ask(Connection connection, String question) throws SQLException {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            while (rows.next()) {
                rows.getObject(1);
            }
        }
        return System.nanoTime() - start;
    }
}

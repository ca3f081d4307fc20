package io.tokentally.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What speed must not cost. */
record Promises(Installation installation, List<EventCalls> recorded) {

    private static final int LEFT = 1000;
    private static final int CALLERS = 64;

    /** Callers of both services at once ask for three times what a user has left. */
    void noOvershoot(Report report) throws IOException, InterruptedException, SQLException {
        LimitedUser user = new LimitedUser("overshoot", installation);
        user.limit("{\"maxMonthlyCalls\":%d,\"maxMonthlyTokens\":null,\"maxMonthlyCost\":null}".formatted(LEFT));
        Measured run = Load.run(
                List.of(installation.grouping(), installation.plain()),
                CALLERS,
                Calls.atMost(3 * LEFT, user.reservations()),
                Duration.ofMinutes(10));
        long held = number("select coalesce(sum(held_calls), 0) from quota_balance where tenant_id = ?", user.tenant());
        report.promise(
                run.done() == LEFT && held == LEFT,
                "Overshoot: %,d calls left, %,d asked for over %d connections to two services: %,d granted, %,d held, other answers %s."
                        .formatted(LEFT, 3 * LEFT, CALLERS, run.done(), held, run.otherAnswers()));
    }

    /** What was answered 2xx is looked up in the rows, and the rows in every table of sums. */
    void nothingLost(Report report) throws SQLException {
        for (EventCalls calls : recorded) {
            lost(calls).ifPresent(sentence -> report.promise(false, sentence));
        }
        report.note("Looked up: %,d events answered 2xx in user_api_usage, and these in every table of sums."
                .formatted(recorded.stream().mapToLong(EventCalls::acknowledged).sum()));
        if (number("select count(*) from user_api_usage where tenant_id = ?", Works.DIRECT) > 0) {
            report.promise(
                    sumsAgree(Works.DIRECT), "The rows and sums of the JDBC writer agree as those of the service do.");
        }
        long deadlocks = number("select sum(deadlocks)::bigint from pg_stat_database");
        report.promise(deadlocks == 0, "Deadlocks in PostgreSQL's statistics: " + deadlocks + ".");
    }

    private Optional<String> lost(EventCalls calls) throws SQLException {
        String[] tenants = calls.traffic().tenants().toArray(String[]::new);
        long rows = number("select count(*) from user_api_usage where tenant_id = any (?)", (Object) tenants);
        boolean found = calls.acknowledged() <= rows && rows <= calls.acknowledged() + calls.unsure();
        return found && sumsAgree(tenants)
                ? Optional.empty()
                : Optional.of("%s: %,d events acknowledged, %,d unsure, %,d rows, sums %s."
                        .formatted(
                                tenants[0],
                                calls.acknowledged(),
                                calls.unsure(),
                                rows,
                                sumsAgree(tenants) ? "agree" : "differ"));
    }

    /** Every event of the benchmark has a user and a session, so each table counts it once. */
    private boolean sumsAgree(String... tenants) throws SQLException {
        String counts =
                Stream.of(DirectSums.values()).flatMap(DirectSums::counts).collect(Collectors.joining(" union "));
        String query = """
                with bench as (select ?::text[] as tenants)
                select count(*) from (
                    select count(*) from user_api_usage, bench where tenant_id = any (tenants) union %s) as counts""".formatted(counts);
        return number(query, (Object) tenants) == 1;
    }

    private long number(String query, Object... arguments) throws SQLException {
        return Long.parseLong(installation.one(query, arguments));
    }
}

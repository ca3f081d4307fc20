package io.tokentally.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is measured, and against what. */
final class Works {

    static final List<String> ALL = List.of("single", "hot", "caller", "tenants", "batch", "limits");

    /** The tenant whose rows are written past the service. */
    static final String DIRECT = "direct";

    private static final int MANY = 64;
    private static final int USERS = 100;
    private static final int BATCH = 1000;
    private static final String UNREACHABLE = """
            {"maxMonthlyCalls":1000000000000,"maxMonthlyTokens":1000000000000000,"maxMonthlyCost":1000000000}""";
    private static final Duration UNTIL_DONE = Duration.ofMinutes(10);

    private final Installation installation;
    private final boolean takesLines;
    /** Whose answers are looked up in the database afterwards. */
    private final List<EventCalls> recorded = new ArrayList<>();

    private Works(Installation installation) throws IOException {
        this.installation = installation;
        this.takesLines = takesLines(installation);
    }

    /** @param warmUp events for each service, or as many as a minute allows: no measured run shall meet a cold one */
    static Works on(Installation installation, int warmUp) throws Exception {
        Works works = new Works(installation);
        for (Service service : List.of(installation.grouping(), installation.plain())) {
            EventCalls calls = works.single(Traffic.of("warm-up-" + service.port(), USERS));
            Load.run(List.of(service), MANY, Calls.atMost(warmUp, calls), Duration.ofMinutes(1));
        }
        return works;
    }

    Contest contest(String key) throws Exception {
        return switch (key) {
            case "single" -> oneTenant(key, "single POST, 64 connections", USERS, MANY, 4.0);
            case "hot" -> oneTenant(key, "the same, one hot user", 1, MANY, 8.0);
            case "caller" -> oneTenant(key, "single POST, 1 caller", USERS, 1, null);
            case "tenants" -> thousandTenants();
            case "batch" -> batches();
            case "limits" -> limits();
            default -> throw new IllegalArgumentException(key);
        };
    }

    /** What each table costs a writer that keeps them all. */
    Contest rollups() throws Exception {
        DirectRows rows = directRows();
        Side all = direct("all tables", true, EnumSet.allOf(DirectSums.class), rows);
        Stream<Comparison> without = EnumSet.allOf(DirectSums.class).stream()
                .map(table -> new Comparison(
                        "without " + table.tableName(),
                        direct(table.tableName(), true, EnumSet.complementOf(EnumSet.of(table)), rows),
                        all,
                        null));
        Stream<Comparison> bare = Stream.of(
                new Comparison(
                        "without event_key",
                        direct("event_key", false, EnumSet.allOf(DirectSums.class), rows),
                        all,
                        null),
                new Comparison(
                        "without any sums", direct("sums", true, EnumSet.noneOf(DirectSums.class), rows), all, null),
                new Comparison(
                        "user_api_usage alone",
                        direct("both", false, EnumSet.noneOf(DirectSums.class), rows),
                        all,
                        null));
        return new Contest("rollups", Stream.concat(without, bare).toList());
    }

    /** What must hold after these works, whatever they measured. */
    Promises promises() {
        return new Promises(installation, List.copyOf(recorded));
    }

    private Contest oneTenant(String key, String work, int users, int connections, Double target) {
        EventCalls ours = single(Traffic.of("ours-" + key, users));
        EventCalls plain = single(Traffic.of("plain-" + key, users));
        return new Contest(key, List.of(services(work, ours, plain, connections, target)));
    }

    private Comparison services(String work, Calls ours, Calls plain, int connections, Double target) {
        return new Comparison(
                work,
                over(connections, "ours", installation.grouping(), ours),
                over(connections, "one transaction per request", installation.plain(), plain),
                target);
    }

    /** All tenants are there before anything is measured. */
    private Contest thousandTenants() throws IOException {
        EventCalls ours = single(new Traffic(tenants("ours"), 10));
        EventCalls plain = single(new Traffic(tenants("plain"), 10));
        Load.run(List.of(installation.grouping()), MANY, Calls.atMost(1000, ours), UNTIL_DONE);
        Load.run(List.of(installation.plain()), MANY, Calls.atMost(1000, plain), UNTIL_DONE);
        return new Contest(
                "tenants", List.of(services("1,000 tenants in turn, 64 connections", ours, plain, MANY, null)));
    }

    private static List<String> tenants(String prefix) {
        return IntStream.range(0, 1000).mapToObj(i -> prefix + "-" + i).toList();
    }

    private Contest batches() throws Exception {
        Side ours = over(4, "ours", installation.grouping(), batches("ours-batch"));
        DirectRows rows = directRows();
        Side writer = new Side(
                "JDBC batches, 2 connections", time -> Worker.run(2, DirectWriter.whole(rows, installation), time));
        DirectCopy.createTable(installation);
        String work = "%s of 1,000, 4 connections".formatted(takesLines ? "NDJSON" : "arrays");
        return new Contest(
                "batch",
                List.of(
                        new Comparison(work, ours, writer, 0.7),
                        new Comparison(work, ours, copy(1, rows), 0.35),
                        new Comparison(work, ours, copy(2, rows), null)));
    }

    private Side copy(int connections, DirectRows rows) {
        return new Side(
                "raw COPY, %d connection%s".formatted(connections, connections == 1 ? "" : "s"),
                time -> Worker.run(connections, DirectCopy.into(rows, installation), time));
    }

    private Contest limits() throws Exception {
        LimitedUser user = new LimitedUser("limits", installation);
        user.limit(UNREACHABLE);
        LimitedUser other = new LimitedUser("limits-plain", installation);
        other.limit(UNREACHABLE);
        DirectUpdate.createTable(installation);
        Side update = new Side("one row UPDATE each, pool of 20", time -> DirectUpdate.run(MANY, installation, time));
        Service service = installation.grouping();
        Side reserve = over(MANY, "reserve", service, user.reservations());
        return new Contest(
                "limits",
                List.of(
                        new Comparison(
                                "check, one hot user, 64 connections",
                                over(MANY, "check", service, user.checks()),
                                update,
                                5.0),
                        new Comparison("reserve, one hot user, 64 connections", reserve, update, 5.0),
                        new Comparison(
                                "reserve, one hot user, 64 connections",
                                reserve,
                                over(MANY, "one transaction per request", installation.plain(), other.reservations()),
                                5.0)));
    }

    private static Side over(int connections, String name, Service service, Calls calls) {
        return new Side(name, time -> Load.run(List.of(service), connections, calls, time));
    }

    private Side direct(String name, boolean keys, EnumSet<DirectSums> sums, DirectRows rows) {
        return new Side(name, time -> Worker.run(2, DirectWriter.with(keys, sums, rows, installation), time));
    }

    private EventCalls single(Traffic traffic) {
        EventCalls calls = EventCalls.single(traffic, installation);
        recorded.add(calls);
        return calls;
    }

    private EventCalls batches(String tenant) {
        EventCalls calls = EventCalls.batches(Traffic.of(tenant, USERS), installation, BATCH, takesLines);
        recorded.add(calls);
        return calls;
    }

    /** An older service has arrays only. */
    private static boolean takesLines(Installation installation) throws IOException {
        EventCalls lines = EventCalls.batches(Traffic.of("lines", 1), installation, 2, true);
        return Load.run(List.of(installation.grouping()), 1, Calls.atMost(1, lines), UNTIL_DONE)
                        .done()
                == 2;
    }

    /** The service records the first batch, so that users, prices and sums are there. */
    private DirectRows directRows() throws Exception {
        EventCalls first = batches(DIRECT);
        recorded.remove(first);
        Load.run(List.of(installation.grouping()), 1, Calls.atMost(1, first), UNTIL_DONE);
        return DirectRows.of(first.traffic(), installation, BATCH);
    }
}

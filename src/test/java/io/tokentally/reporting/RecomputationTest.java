package io.tokentally.reporting;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;
import static java.util.Comparator.nullsLast;
import static java.util.Comparator.reverseOrder;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokentally.reporting.RandomCalls.Span;
import io.tokentally.reporting.Recomputed.Group;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every report against the raw rows, added up again here without any code of the service: random calls, random questions,
 * in zones where days are easily mistaken.
 *
 * <p>{@code -Drecompute.seed=…} asks others, or the same again that a failure names.
 */
@ApiTest
class RecomputationTest {

    private static final long SEED = Long.getLong("recompute.seed", 20_250_410);

    private static final long ANY_DAYS = 400;
    private static final long MOST_DAYS_OF_ROWS = 92;

    private static final List<String> SORTED_BY = List.of(
            "calls",
            "failed_calls",
            "cache_hits",
            "unpriced_calls",
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "input_cost",
            "output_cost",
            "total_cost",
            "avg_tokens_per_call",
            "avg_cost_per_call",
            "avg_response_time");

    private static final Map<HomeZone, FurnishedTenant> TENANTS = new EnumMap<>(HomeZone.class);

    @Inject
    TestClock clock;

    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    private final List<String> differences = new ArrayList<>();
    private FurnishedTenant tenant;
    private HomeZone zone;
    private List<RawCall> rows;
    private RandomCalls any;

    private void in(HomeZone home) throws SQLException {
        if (!TENANTS.containsKey(home)) {
            TENANTS.put(home, new FurnishedTenant(home, SEED, clock, port));
        }
        clock.set(HomeZone.NOW.toString());
        zone = home;
        tenant = TENANTS.get(home);
        rows = tenant.rows();
        any = new RandomCalls(new Random(SEED), home);
    }

    @AfterEach
    void resetTheClock() {
        clock.reset();
    }

    private void compare(String address, JsonNode expected, JsonNode actual) {
        ExactJson.differences(expected, actual).forEach(difference -> differences.add(address + "\n  " + difference));
    }

    private void thereAreNone() {
        assertThat(differences).as("%s, -Drecompute.seed=%d", zone, SEED).isEmpty();
    }

    private Recomputed of(Span span) {
        return Recomputed.of(Question.of(span).of(rows));
    }

    private Span month() {
        return new Span(zone.today().withDayOfMonth(1), zone.today());
    }

    // The seeds' reports
    // ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void statsAndDaysAreTheRows(HomeZone home) throws SQLException {
        in(home);
        var stats = ExactJson.object();
        stats.set(
                "overall",
                stats("total_", of(Span.ALL_TIME))
                        .put("total_api_calls", of(Span.ALL_TIME).count()));
        stats.set("monthly", stats("monthly_", of(month())));
        stats.set("daily", stats("daily_", of(new Span(zone.today(), zone.today()))));

        compare("stats", stats, tenant.data("/api/usage/stats"));
        compare("daily", days(rows, 240, true), tenant.data("/api/usage/daily?days=240"));
        compare("me", days(callsOf("jane"), 240, false), tenant.data("jane", "/api/usage/me/daily?days=240"));
        thereAreNone();
    }

    private static ObjectNode stats(String prefix, Recomputed sums) {
        return ExactJson.object()
                .put(prefix + "api_calls", sums.count())
                .put(prefix + "users", sums.users())
                .put(prefix + "tokens", sums.tokens("total_tokens"))
                .put(prefix + "cost", sums.cost());
    }

    private List<RawCall> callsOf(String user) {
        return rows.stream().filter(call -> call.text("user").equals(user)).toList();
    }

    private ArrayNode days(List<RawCall> calls, int days, boolean withUsers) {
        return ExactJson.array(IntStream.range(0, days)
                .mapToObj(zone.today()::minusDays)
                .map(day -> {
                    var sums = Recomputed.of(calls.stream()
                            .filter(call -> call.day().equals(day))
                            .toList());
                    var shown = ExactJson.object()
                            .put("date", day.toString())
                            .put("api_calls", sums.count())
                            .put("total_tokens", sums.tokens("total_tokens"))
                            .put("cost_usd", sums.cost());
                    return withUsers ? shown.put("unique_users", sums.users()) : shown;
                })
                .toList());
    }

    @ParameterizedTest
    @EnumSource
    void endpointsAreTheRows(HomeZone home) throws SQLException {
        in(home);
        Comparator<Group> dearest = comparing(group -> group.sums().cost(), nullsLast(reverseOrder()));

        var endpoints = Recomputed.groups(rows, List.of("endpoint", "model"), "calls", true).stream()
                .sorted(dearest.thenComparing(group -> group.any().text("endpoint"))
                        .thenComparing(group -> group.any().text("model")))
                .map(group -> group.key(List.of("endpoint", "model"))
                        .put("api_calls", group.sums().count())
                        .put("total_tokens", group.sums().tokens("total_tokens"))
                        .put("cost_usd", group.sums().cost())
                        .put("avg_tokens_per_call", group.sums().averageTokens())
                        .put("avg_cost_per_call", group.sums().averageCost()))
                .toList();

        compare("endpoint", ExactJson.array(endpoints), tenant.data("/api/usage/endpoint"));
        thereAreNone();
    }

    @ParameterizedTest
    @EnumSource
    void usersAreTheRowsHoweverTheyAreSorted(HomeZone home) throws SQLException {
        in(home);
        Map<String, Comparator<Group>> orders = new LinkedHashMap<>();
        for (String text : List.of("user_id", "username", "email")) {
            orders.put(text, comparing(group -> text(group, text), naturalOrder()));
        }
        orders.put("total_calls", comparing(group -> group.sums().count()));
        orders.put("total_tokens", comparing(group -> group.sums().tokens("total_tokens")));
        orders.put("total_cost", comparing(group -> group.sums().cost()));
        orders.put("last_call", comparing(RecomputationTest::last));

        orders.forEach((sortBy, order) -> {
            compareSummary(sortBy, "asc", order);
            compareSummary(sortBy, "desc", order.reversed());
        });
        thereAreNone();
    }

    private static String text(Group group, String name) {
        JsonNode text = group.any().row().get(name);
        return text.isNull() ? null : text.asText();
    }

    private static Instant last(Group group) {
        return group.rows().stream().map(RawCall::at).max(naturalOrder()).orElseThrow();
    }

    private static Instant first(Group group) {
        return group.rows().stream().map(RawCall::at).min(naturalOrder()).orElseThrow();
    }

    /** Nulls last both ways, and equal ones as they were first seen. */
    private Stream<Group> users(String sortBy, Comparator<Group> order) {
        Comparator<Group> withNulls = comparing(group -> isNull(group, sortBy) ? null : group, nullsLast(order));
        return Recomputed.groups(rows, List.of("user"), "calls", true).stream()
                .filter(group -> group.any().userKey() != 0 && group.sums().count() > 0)
                .sorted(withNulls.thenComparing(group -> group.any().userKey()));
    }

    private static boolean isNull(Group group, String sortBy) {
        return switch (sortBy) {
            case "username", "email" -> text(group, sortBy) == null;
            case "total_cost" -> group.sums().cost() == null;
            default -> false;
        };
    }

    private void compareSummary(String sortBy, String direction, Comparator<Group> order) {
        List<ObjectNode> all = users(sortBy, order)
                .map(group -> {
                    ObjectNode user = ExactJson.object()
                            .put("username", text(group, "username"))
                            .put("email", text(group, "email"))
                            .put("total_calls", group.sums().count())
                            .put("total_tokens", group.sums().tokens("total_tokens"))
                            .put("total_cost", group.sums().cost())
                            .put("last_call", last(group).toString());
                    return user.<ObjectNode>set("user_id", group.any().key("user"));
                })
                .toList();
        int offset = any.random().nextInt(4);
        int limit = any.random().nextInt(1, 9);
        ObjectNode summary =
                ExactJson.object().put("total", all.size()).put("limit", limit).put("offset", offset);
        summary.set("users", ExactJson.array(page(all, limit, offset)));
        String address =
                "/api/usage/summary?sortBy=%s&order=%s&limit=%d&offset=%d".formatted(sortBy, direction, limit, offset);
        compare(address, summary, tenant.data(address));
    }

    private static <T> List<T> page(List<T> all, int limit, int offset) {
        return all.stream().skip(offset).limit(limit).toList();
    }

    @ParameterizedTest
    @EnumSource
    void eachUserIsTheirRows(HomeZone home) throws SQLException {
        in(home);
        users("user_id", comparing(group -> text(group, "user_id"))).forEach(group -> {
            Recomputed monthly = Recomputed.of(Question.of(month()).of(group.rows()));
            ObjectNode user = ExactJson.object().set("userId", group.any().key("user"));
            user.set("total", ofUser("total_", group.sums()));
            user.set("monthly", ofUser("monthly_", monthly));
            String address = "/api/usage/user/" + text(group, "user_id");
            ObjectNode actual = (ObjectNode) tenant.data(address);
            actual.remove("balance");
            compare(address, user, actual);
        });
        thereAreNone();
    }

    private static ObjectNode ofUser(String prefix, Recomputed sums) {
        return ExactJson.object()
                .put(prefix + "calls", sums.count())
                .put(prefix + "tokens", sums.tokens("total_tokens"))
                .put(prefix + "cost", sums.cost());
    }

    @ParameterizedTest
    @EnumSource
    void filesAreTheRows(HomeZone home) throws SQLException {
        in(home);
        Span span = any.span(ANY_DAYS);
        String details = Question.of(span).address("/api/usage/export", "limit=all");
        compareLines(
                details,
                newestFirst(Question.of(span).of(rows)).stream()
                        .map(RecomputationTest::detail)
                        .toList());
        compareLines(
                "/api/usage/export/summary",
                users(
                                "total_cost",
                                Comparator.<Group, BigDecimal>comparing(
                                                group -> group.sums().cost())
                                        .reversed())
                        .map(RecomputationTest::line)
                        .toList());
        thereAreNone();
    }

    private void compareLines(String address, List<String> expected) {
        List<String> lines = tenant.file(address)
                .lines()
                .skip(1)
                .map(line -> line.replace("\"", ""))
                .toList();
        compare(address, asArray(expected), asArray(lines));
    }

    private static ArrayNode asArray(List<String> lines) {
        return ExactJson.array(lines.stream().map(ExactJson::text).toList());
    }

    private static String detail(RawCall call) {
        return line(
                call.id(),
                call.row(),
                List.of("user_id", "username", "email", "endpoint", "model", "prompt_tokens", "completion_tokens"),
                call.count("total_tokens"),
                plain(call.amount("total_cost")),
                call.text("problem_id"),
                call.text("session"),
                call.at(),
                call.row().get("success").asText(),
                call.row().get("response_time_ms").isNull()
                        ? ""
                        : call.row().get("response_time_ms").asText());
    }

    private static String line(Group group) {
        return line(
                text(group, "user_id"),
                group.any().row(),
                List.of("username", "email"),
                group.sums().count(),
                group.sums().tokens("prompt_tokens"),
                group.sums().tokens("completion_tokens"),
                group.sums().tokens("total_tokens"),
                plain(group.sums().cost()),
                first(group),
                last(group));
    }

    private static String line(String id, ObjectNode row, List<String> members, Object... more) {
        Stream<String> named = members.stream().map(row::get).map(node -> node.isNull() ? "" : node.asText());
        return Stream.of(Stream.of(id), named, Stream.of(more).map(Object::toString))
                .flatMap(cells -> cells)
                .collect(Collectors.joining(","));
    }

    private static String plain(BigDecimal cost) {
        return cost == null
                ? ""
                : cost.signum() == 0 ? "0" : cost.stripTrailingZeros().toPlainString();
    }

    // Breakdowns
    // ------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void breakdownsAreTheRowsForAllTime(HomeZone home) throws SQLException {
        in(home);
        Question.DIMENSIONS.stream()
                .filter(dimension -> !dimension.startsWith("tag:"))
                .forEach(dimension -> compareBreakdown(Question.of(Span.ALL_TIME, dimension)));
        compareBreakdown(Question.of(new Span(null, zone.today().minusDays(50)), "model"));
        compareBreakdown(Question.of(new Span(zone.today().minusDays(50), null), "user"));
        thereAreNone();
    }

    @ParameterizedTest
    @EnumSource
    void breakdownsAreTheRowsForAnyDaysAndFilters(HomeZone home) throws SQLException {
        in(home);
        for (String dimension : Question.DIMENSIONS) {
            for (int i = 0; i < 3; i++) {
                compareBreakdown(Question.random(any, rows, ANY_DAYS, List.of(dimension)));
            }
        }
        thereAreNone();
    }

    @ParameterizedTest
    @EnumSource
    void breakdownsByTwoAreTheRows(HomeZone home) throws SQLException {
        in(home);
        for (int i = 0; i < 10; i++) {
            String one = any.one(Question.DIMENSIONS);
            String other = any.one(Question.DIMENSIONS);
            if (!one.equals(other)) {
                compareBreakdown(Question.random(any, rows, ANY_DAYS, List.of(one, other)));
            }
        }
        thereAreNone();
    }

    @ParameterizedTest
    @EnumSource
    void theDearestSessionsAreTheRows(HomeZone home) throws SQLException {
        in(home);
        var spans = new ArrayList<Span>();
        Stream.generate(() -> any.span(ANY_DAYS)).limit(6).forEach(spans::add);
        spans.add(new Span(any.span(ANY_DAYS).first(), null));
        spans.add(new Span(null, any.span(ANY_DAYS).last()));
        for (Span span : spans) {
            Question question = Question.of(span, "session");
            compareBreakdown(
                    question,
                    "total_cost",
                    "desc",
                    any.random().nextInt(1, 6),
                    any.random().nextInt(5));
        }
        thereAreNone();
    }

    private void compareBreakdown(Question question) {
        boolean isWhole = any.random().nextBoolean();
        compareBreakdown(
                question,
                any.one(SORTED_BY),
                any.random().nextBoolean() ? "asc" : "desc",
                isWhole ? 1_000 : any.random().nextInt(1, 6),
                isWhole ? 0 : any.random().nextInt(4));
    }

    private void compareBreakdown(Question question, String sortBy, String order, int limit, int offset) {
        String address = question.address(
                "/api/usage/breakdown", "sortBy=" + sortBy, "order=" + order, "limit=" + limit, "offset=" + offset);
        compare(address, breakdown(question, sortBy, order, limit, offset), tenant.data(address));
    }

    private ObjectNode breakdown(Question question, String sortBy, String order, int limit, int offset) {
        List<RawCall> asked = question.of(rows);
        Recomputed total = Recomputed.of(asked);
        List<Group> groups = Recomputed.groups(toldApart(question, asked), question.by(), sortBy, order.equals("desc"));
        ObjectNode breakdown = head(question)
                .put("users", question.countsUsers() ? total.users() : null)
                .put("groups", isByIndex(question, sortBy, order) ? null : (long) groups.size())
                .put("limit", limit)
                .put("offset", offset);
        breakdown.set("by", asArray(question.by()));
        breakdown.set("total", total.figures());
        breakdown.set(
                "rows",
                ExactJson.array(page(groups, limit, offset).stream()
                        .map(group -> row(question, group, total))
                        .toList()));
        return breakdown;
    }

    private ObjectNode head(Question question) {
        return ExactJson.object()
                .put(
                        "start_date",
                        question.span().first() == null
                                ? null
                                : question.span().first().toString())
                .put(
                        "end_date",
                        question.span().last() == null
                                ? null
                                : question.span().last().toString())
                .put("time_zone", zone.then)
                .put("source", question.isOfRows() ? "rows" : "sums");
    }

    /** Calls without a session are in the total only. */
    private static List<RawCall> toldApart(Question question, List<RawCall> calls) {
        return question.by().contains("session")
                ? calls.stream().filter(call -> !call.text("session").isEmpty()).toList()
                : calls;
    }

    private static boolean isByIndex(Question question, String sortBy, String order) {
        return question.by().equals(List.of("session"))
                && question.isOfAllCalls()
                && sortBy.equals("total_cost")
                && order.equals("desc");
    }

    private static ObjectNode row(Question question, Group group, Recomputed total) {
        var row = ExactJson.object();
        row.set("key", group.key(question.by()));
        if (question.by().contains("user")) {
            row.put("username", text(group, "username"))
                    .put("email", text(group, "email"))
                    .put("erased", false);
        }
        row.set("sums", group.sums().figures());
        return row.set("share", group.sums().shareOf(total));
    }

    @ParameterizedTest
    @EnumSource
    void daysAddUpToRanges(HomeZone home) throws SQLException {
        in(home);
        for (Instant sharp : List.of(any.one(zone.sharpInstants()), any.one(zone.sharpInstants()))) {
            var span =
                    new Span(zone.dayOf(sharp).minusDays(3), zone.dayOf(sharp).plusDays(3));
            List<JsonNode> days =
                    span.each().stream().map(day -> totalOf(new Span(day, day))).toList();
            JsonNode whole = totalOf(span);
            for (String sum : List.of(
                    "calls",
                    "failed_calls",
                    "cache_hits",
                    "unpriced_calls",
                    "prompt_tokens",
                    "completion_tokens",
                    "total_tokens",
                    "cache_read_tokens",
                    "cache_write_tokens",
                    "reasoning_tokens",
                    "input_cost",
                    "output_cost",
                    "total_cost")) {
                BigDecimal together = days.stream()
                        .map(day -> day.get(sum).isNull()
                                ? BigDecimal.ZERO
                                : day.get(sum).decimalValue())
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                assertThat(together)
                        .as("%s, %s of %s", zone, sum, span)
                        .isEqualByComparingTo(whole.get(sum).decimalValue());
            }
        }
    }

    private JsonNode totalOf(Span span) {
        return tenant.data(Question.of(span, "success").address("/api/usage/breakdown"))
                .get("total");
    }

    // Series
    // ----------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void seriesAreTheRowsAndHaveEveryStep(HomeZone home) throws SQLException {
        in(home);
        for (String step : List.of("hour", "day", "week", "month")) {
            long most = step.equals("hour") ? 12 : ANY_DAYS;
            compareSeries(step, Question.of(any.span(most)));
            compareSeries(step, Question.random(any, rows, most, List.of()));
            for (int i = 0; i < 2; i++) {
                compareSeries(step, Question.random(any, rows, most, List.of(any.one(Question.DIMENSIONS))));
            }
        }
        thereAreNone();
    }

    private void compareSeries(String step, Question question) {
        int limit = any.random().nextInt(1, 6);
        String address = question.address("/api/usage/series", "step=" + step, "limit=" + limit);
        ObjectNode actual = (ObjectNode) tenant.data(address);
        boolean isOfRows = step.equals("hour") || question.isOfRows();
        List<RawCall> asked = question.of(rows);
        List<RawCall> toldApart = toldApart(question, asked);
        List<Group> groups =
                question.by().isEmpty() ? List.of() : Recomputed.groups(toldApart, question.by(), "total_cost", true);
        List<Group> lines = page(groups, limit, 0);
        Steps steps = new Steps(step, question.span(), zone);

        ObjectNode series =
                head(question).put("source", isOfRows ? "rows" : "sums").put("step", step);
        series.put("by", question.by().isEmpty() ? null : question.by().getFirst());
        series.set("total", steps.points(asked, question.isOfAllCalls() && !step.equals("hour")));
        series.set(
                "groups",
                ExactJson.array(lines.stream()
                        .map(group -> line(question, group, steps))
                        .toList()));
        Set<String> inLines = lines.stream()
                .flatMap(group -> group.rows().stream())
                .map(RawCall::id)
                .collect(Collectors.toSet());
        List<RawCall> others =
                asked.stream().filter(call -> !inLines.contains(call.id())).toList();
        boolean isShown = question.by().contains("session") || !question.by().isEmpty() && !others.isEmpty();
        series.set("other", isShown ? steps.points(others, false) : ExactJson.NULL);
        compare(address, series, actual);
    }

    private static ObjectNode line(Question question, Group group, Steps steps) {
        var line = ExactJson.object();
        line.set("key", group.key(question.by()));
        line.put("username", question.by().contains("user") ? text(group, "username") : null);
        return line.set("points", steps.points(group.rows(), false));
    }

    /** The steps of some days, without a gap, each called by its begin. */
    private record Steps(String size, Span span, HomeZone zone) {

        ArrayNode points(List<RawCall> calls, boolean withUsers) {
            Map<String, List<RawCall>> byStep = new LinkedHashMap<>();
            List<Instant> hours = size.equals("hour") ? hours() : List.of();
            names(hours).forEach(name -> byStep.put(name, new ArrayList<>()));
            calls.forEach(call -> byStep.get(stepOf(call, hours)).add(call));
            var points = new ArrayList<ObjectNode>();
            byStep.forEach((name, in) -> {
                Recomputed sums = Recomputed.of(in);
                points.add(sums.point(name, withUsers ? sums.users() : null));
            });
            return ExactJson.array(points);
        }

        private List<String> names(List<Instant> hours) {
            return size.equals("hour")
                    ? hours.stream().map(this::name).toList()
                    : span.each().stream().map(this::step).distinct().toList();
        }

        private String stepOf(RawCall call, List<Instant> hours) {
            if (hours.isEmpty()) {
                return step(call.day());
            }
            long hour = Duration.between(hours.getFirst(), call.at()).toHours();
            return name(hours.get(Math.clamp(hour, 0, hours.size() - 1)));
        }

        private String step(LocalDate day) {
            return switch (size) {
                case "week" ->
                    day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toString();
                case "month" -> day.withDayOfMonth(1).toString();
                default -> day.toString();
            };
        }

        private List<Instant> hours() {
            Instant until = zone.startOf(span.last().plusDays(1));
            return Stream.iterate(zone.startOf(span.first()), until::isAfter, hour -> hour.plusSeconds(3_600))
                    .toList();
        }

        private String name(Instant hour) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                    hour.atZone(zone.at(hour)).toOffsetDateTime());
        }
    }

    // Single calls
    // ----------------------------------------------------------------------------------------------------------

    private static final Comparator<RawCall> OLDEST_FIRST =
            comparing(RawCall::day).thenComparing(RawCall::id);

    private static List<RawCall> newestFirst(List<RawCall> calls) {
        return calls.stream().sorted(OLDEST_FIRST.reversed()).toList();
    }

    /** As it is shown, with the day that it should have been kept with. */
    private static ArrayNode shown(List<RawCall> calls) {
        return ExactJson.array(calls.stream()
                .map(call -> {
                    ObjectNode row = call.row().deepCopy();
                    row.remove("email");
                    return row.put("usage_day", call.day().toString());
                })
                .toList());
    }

    private static ObjectNode ofRows(Question question) {
        return ExactJson.object()
                .put("start_date", question.span().first().toString())
                .put("end_date", question.span().last().toString())
                .put("source", "rows");
    }

    @ParameterizedTest
    @EnumSource
    void pagesOfCallsAreTheRows(HomeZone home) throws SQLException {
        in(home);
        for (Question question : List.of(
                Question.of(any.span(MOST_DAYS_OF_ROWS)),
                Question.random(any, rows, MOST_DAYS_OF_ROWS, List.of("user")),
                Question.random(any, rows, MOST_DAYS_OF_ROWS, List.of("user")))) {
            Question asked = new Question(List.of(), question.span(), question.filters(), question.minMs());
            boolean isNewestFirst = any.random().nextBoolean();
            List<RawCall> calls = asked.of(rows).stream()
                    .sorted(isNewestFirst ? OLDEST_FIRST.reversed() : OLDEST_FIRST)
                    .toList();
            String address = asked.address("/api/usage/calls", "limit=40", "order=" + (isNewestFirst ? "desc" : "asc"));
            String next = null;
            int read = 0;
            do {
                JsonNode page = tenant.data(next == null ? address : address + "&cursor=" + next);
                ObjectNode expected = ofRows(asked);
                expected.set("calls", shown(page(calls, 40, read)));
                expected.set("next", page.get("next"));
                compare(address + " from " + read, expected, page);
                next = page.get("next").textValue();
                read += page.get("calls").size();
            } while (next != null);
            assertThat(read).as("%s, %s", zone, address).isEqualTo(calls.size());
        }
        thereAreNone();
    }

    @ParameterizedTest
    @EnumSource
    void slowCallsAreTheRows(HomeZone home) throws SQLException {
        in(home);
        Comparator<RawCall> slowest = comparing(call -> call.count("response_time_ms"));
        for (int i = 0; i < 3; i++) {
            Question question = Question.random(any, rows, MOST_DAYS_OF_ROWS, List.of());
            String address = question.address("/api/usage/calls/slow", "limit=9");
            ObjectNode expected = ofRows(question);
            expected.set(
                    "calls",
                    shown(RawCall.standing(question.of(rows)).stream()
                            .filter(call -> call.amount("response_time_ms") != null)
                            .sorted(slowest.thenComparing(OLDEST_FIRST).reversed())
                            .limit(9)
                            .toList()));
            compare(address, expected, tenant.data(address));
        }
        thereAreNone();
    }

    @ParameterizedTest
    @EnumSource
    void reasonsOfFailuresAreTheRows(HomeZone home) throws SQLException {
        in(home);
        List<String> by = List.of("endpoint", "model", "error_message");
        Comparator<Group> mostFrequent = comparing((Group group) -> group.sums().count(), reverseOrder());
        Comparator<Group> order = mostFrequent
                .thenComparing(group -> group.sums().cost(), nullsLast(reverseOrder()))
                .thenComparing(group -> text(group, "endpoint"))
                .thenComparing(group -> text(group, "model"))
                .thenComparing(group -> text(group, "error_message"), nullsFirst(naturalOrder()));
        for (int i = 0; i < 3; i++) {
            Question random = Question.random(any, rows, MOST_DAYS_OF_ROWS, List.of("user"));
            Question question = random.filters().containsKey("success") ? Question.of(random.span()) : random;
            Question asked = new Question(List.of(), question.span(), question.filters(), question.minMs());
            List<RawCall> calls = RawCall.standing(asked.of(rows));
            Recomputed all = Recomputed.of(calls);
            List<RawCall> failed =
                    calls.stream().filter(call -> !call.is("success")).toList();
            ObjectNode expected = ofRows(asked)
                    .put("calls", all.count())
                    .put("failed_calls", all.failed())
                    .put("share", Recomputed.rate(all.failed(), all.count()));
            expected.set(
                    "reasons",
                    ExactJson.array(Recomputed.groups(failed, by, "calls", true).stream()
                            .sorted(order)
                            .limit(20)
                            .map(group -> group.key(by)
                                    .put("calls", group.sums().count())
                                    .put("total_cost", group.sums().cost())
                                    .put("share", Recomputed.rate(group.sums().count(), all.count()))
                                    .put("first_at", first(group).toString())
                                    .put("last_at", last(group).toString()))
                            .toList()));
            String address = asked.address("/api/usage/calls/failed", "limit=20");
            compare(address, expected, tenant.data(address));
        }
        thereAreNone();
    }

    // Sessions
    // --------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void listsOfSessionsAreTheRows(HomeZone home) throws SQLException {
        in(home);
        for (int i = 0; i < 6; i++) {
            Question asked = Question.random(any, rows, ANY_DAYS, List.of("session"));
            String sortBy = any.one(SORTED_BY);
            int limit = any.random().nextInt(1, 9);
            var bySession = new Question(List.of(), asked.span(), asked.filters(), asked.minMs());
            String address = bySession.address(
                    "/api/usage/sessions", "sortBy=" + sortBy, "order=desc", "limit=" + limit, "offset=1");
            ObjectNode list = breakdown(asked, sortBy, "desc", limit, 1);
            list.remove(List.of("by", "users"));
            list.set("sessions", list.remove("rows"));
            list.get("sessions").forEach(this::nameSession);
            compare(address, list, tenant.data(address));
        }
        thereAreNone();
    }

    private void nameSession(JsonNode row) {
        String id = ((ObjectNode) row).remove("key").get("session").textValue();
        List<Instant> at = rows.stream()
                .filter(call -> call.text("session").equals(id))
                .map(RawCall::at)
                .sorted()
                .toList();
        ((ObjectNode) row)
                .put("session_id", id)
                .put("first_call", at.getFirst().toString())
                .put("last_call", at.getLast().toString());
    }

    @ParameterizedTest
    @EnumSource
    void eachSessionIsItsRows(HomeZone home) throws SQLException {
        in(home);
        List<Group> sessions = Recomputed.groups(
                rows.stream().filter(call -> !call.text("session").isEmpty()).toList(),
                List.of("session"),
                "calls",
                true);
        for (int i = 0; i < 5; i++) {
            Group session = any.one(sessions);
            String address = "/api/usage/sessions/" + session.any().text("session") + "?limit=1000";
            compare(address, session(session), tenant.data(address));
        }
        thereAreNone();
    }

    private static ObjectNode session(Group session) {
        List<RawCall> calls = session.rows().stream().sorted(OLDEST_FIRST).toList();
        Recomputed sums = session.sums();
        ObjectNode expected = ExactJson.object()
                .put("session_id", session.any().text("session"))
                .put("start_date", calls.getFirst().day().toString())
                .put("end_date", calls.getLast().day().toString())
                .put("source", "rows");
        expected.set(
                "totals",
                ExactJson.object()
                        .put("first_at", first(session).toString())
                        .put("last_at", last(session).toString())
                        .put("calls", sums.count())
                        .put("failed_calls", sums.failed())
                        .put("unpriced_calls", sums.unpriced())
                        .put("prompt_tokens", sums.tokens("prompt_tokens"))
                        .put("completion_tokens", sums.tokens("completion_tokens"))
                        .put("total_tokens", sums.tokens("total_tokens"))
                        .put("total_cost", sums.cost()));
        expected.set("endpoints", parts(calls, "endpoint"));
        expected.set("models", parts(calls, "model"));
        expected.set("call_types", parts(calls, "call_type"));
        expected.set("users", users(calls));
        expected.set("calls", shown(calls));
        return expected;
    }

    private static Stream<Group> dearest(List<RawCall> calls, String by, Comparator<Group> byName) {
        Comparator<Group> dearest = comparing(group -> group.sums().cost(), nullsLast(reverseOrder()));
        return Recomputed.groups(RawCall.standing(calls), List.of(by), "calls", true).stream()
                .sorted(dearest.thenComparing(group -> group.sums().count(), reverseOrder())
                        .thenComparing(byName));
    }

    private static ArrayNode parts(List<RawCall> calls, String by) {
        Comparator<Group> byName = comparing(
                group -> group.any().text(by).isEmpty() ? null : group.any().text(by), nullsLast(naturalOrder()));
        return ExactJson.array(dearest(calls, by, byName)
                .map(group -> group.sums().part(group.any().key(by)))
                .toList());
    }

    private static ArrayNode users(List<RawCall> calls) {
        Comparator<Group> byKey = comparing(
                group -> group.any().userKey() == 0 ? null : group.any().userKey(), nullsLast(naturalOrder()));
        return ExactJson.array(dearest(calls, "user", byKey)
                .map(group -> {
                    ObjectNode user = group.sums().part(null);
                    user.remove("name");
                    user.put("username", text(group, "username"));
                    return user.<ObjectNode>set("user_id", group.any().key("user"));
                })
                .toList());
    }

    // Before and after
    // ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void comparisonsAreTheRows(HomeZone home) throws SQLException {
        in(home);
        for (int i = 0; i < 4; i++) {
            Question random = Question.random(any, rows, ANY_DAYS, List.of("model"));
            Question after = new Question(List.of(), random.span(), random.filters(), random.minMs());
            Question before = after.during(any.span(Math.min(after.span().days(), MOST_DAYS_OF_ROWS)));
            String address = after.address(
                    "/api/usage/comparison",
                    "beforeStartDate=" + before.span().first(),
                    "beforeEndDate=" + before.span().last());
            ObjectNode actual = (ObjectNode) tenant.data(address);
            ObjectNode change = (ObjectNode) actual.get("change");
            change.remove(List.of("calls_per_day", "avg_response_time", "failure_rate", "cache_hit_rate"));
            compare(address, comparison(before, after), actual);
        }
        thereAreNone();
    }

    private ObjectNode comparison(Question before, Question after) {
        Recomputed then = Recomputed.of(before.of(rows));
        Recomputed now = Recomputed.of(after.of(rows));
        var change = ExactJson.object();
        for (String sum : List.of("calls", "total_tokens", "avg_tokens_per_call", "avg_cost_per_call")) {
            change.put(sum, change(then.rank(sum), now.rank(sum)));
        }
        if (then.cost() == null || now.cost() == null) {
            change.remove("avg_cost_per_call");
        }
        change.put("total_cost", change(then.cost(), now.cost()));
        change.put("avg_prompt_tokens_per_call", change(then.perCall("prompt_tokens"), now.perCall("prompt_tokens")));
        change.put(
                "avg_completion_tokens_per_call",
                change(then.perCall("completion_tokens"), now.perCall("completion_tokens")));
        BigDecimal was = then.rank("avg_cost_per_call");
        BigDecimal is = now.rank("avg_cost_per_call");
        BigDecimal saved = was == null || is == null ? null : was.subtract(is);
        ObjectNode comparison = ExactJson.object()
                .put("time_zone", zone.then)
                .put("source", after.isOfRows() ? "rows" : "sums")
                .put("saved_per_call", rounded(saved))
                .put(
                        "saved",
                        saved == null
                                ? null
                                : rounded(saved.multiply(BigDecimal.valueOf(now.count() - now.unpriced()))));
        comparison.set("before", period(before, then));
        comparison.set("after", period(after, now));
        return comparison.set("change", change);
    }

    private static ObjectNode period(Question question, Recomputed sums) {
        ObjectNode period = ofRows(question).put("days", question.span().days());
        period.remove("source");
        return period.set("sums", sums.figures());
    }

    private static BigDecimal change(BigDecimal before, BigDecimal after) {
        return before == null || after == null || before.signum() == 0
                ? null
                : after.divide(before, MathContext.DECIMAL128)
                        .subtract(BigDecimal.ONE)
                        .movePointRight(2)
                        .setScale(2, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal rounded(BigDecimal money) {
        return money == null ? null : money.setScale(6, RoundingMode.HALF_EVEN);
    }

    @ParameterizedTest
    @EnumSource
    void savingsAreTheRows(HomeZone home) throws SQLException {
        in(home);
        for (int i = 0; i < 3; i++) {
            Question asked = Question.of(any.span(ANY_DAYS))
                    .with("git_branch", any.one(rows).text("git_branch"));
            Recomputed gate = Recomputed.of(asked.with("call_type", "embedding").of(rows));
            Recomputed spared = Recomputed.of(asked.with("call_type", "chat").of(rows));
            long filtered = asked.with("scope", "out").of(rows).stream()
                    .filter(call -> call.stands() && call.isCall())
                    .filter(call -> !call.text("call_type").equals("chat"))
                    .count();
            BigDecimal perCall = spared.rank("avg_cost_per_call");
            BigDecimal saved = perCall == null ? null : perCall.multiply(BigDecimal.valueOf(filtered));
            BigDecimal net = saved == null || gate.cost() == null ? null : saved.subtract(gate.cost());
            ObjectNode savings = head(asked)
                    .put("filtered_calls", filtered)
                    .put("cost_per_spared_call", rounded(perCall))
                    .put("estimated_savings", rounded(saved))
                    .put("overhead", rounded(gate.cost()))
                    .put("net_benefit", rounded(net));
            savings.set("gate", gate.figures());
            savings.set("spared", spared.figures());
            String address = asked.address(
                    "/api/usage/savings", "gateCallType=embedding", "sparedCallType=chat", "outOfScope=out");
            compare(address, savings, tenant.data(address));
        }
        thereAreNone();
    }
}

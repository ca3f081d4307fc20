package io.tokentally.reporting;

import static java.math.RoundingMode.HALF_EVEN;
import static java.math.RoundingMode.HALF_UP;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What some calls come to, from nothing but themselves: whatever was undone is left out, the rest is added up one by one.
 * No sign, no sum that was kept, no SQL.
 *
 * @param calls only those that stand
 * @param hits of the application's own cache
 * @param all those above together
 */
record Recomputed(List<RawCall> calls, List<RawCall> hits, List<RawCall> all) {

    static Recomputed of(List<RawCall> rows) {
        List<RawCall> standing = RawCall.standing(rows);
        return new Recomputed(
                standing.stream().filter(RawCall::isCall).toList(),
                standing.stream().filter(call -> !call.isCall()).toList(),
                standing);
    }

    long count() {
        return calls.size();
    }

    long tokens(String... names) {
        return Stream.of(names)
                .mapToLong(
                        name -> all.stream().mapToLong(call -> call.count(name)).sum())
                .sum();
    }

    long failed() {
        return calls.stream().filter(call -> !call.is("success")).count();
    }

    long unpriced() {
        return calls.stream().filter(call -> call.amount("total_cost") == null).count();
    }

    long users() {
        return calls.stream()
                .mapToLong(RawCall::userKey)
                .filter(key -> key != 0)
                .distinct()
                .count();
    }

    BigDecimal priced(String cost) {
        return all.stream()
                .map(call -> call.amount(cost))
                .filter(Objects::nonNull)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Null: calls were made and none is priced. */
    BigDecimal cost(String cost) {
        return !calls.isEmpty() && unpriced() == count() ? null : priced(cost);
    }

    BigDecimal cost() {
        return cost("total_cost");
    }

    BigDecimal averageCost() {
        return cost() == null ? null : count() == unpriced() ? BigDecimal.ZERO : rate(cost(), count() - unpriced());
    }

    long averageTokens() {
        return calls.isEmpty() ? 0 : rounded(tokens("total_tokens"), count());
    }

    private static long rounded(long sum, long count) {
        return BigDecimal.valueOf(sum)
                .divide(BigDecimal.valueOf(count), 0, HALF_UP)
                .longValueExact();
    }

    static BigDecimal rate(BigDecimal part, BigDecimal whole) {
        return part == null || whole == null || whole.signum() == 0 ? null : part.divide(whole, 6, HALF_EVEN);
    }

    static BigDecimal rate(BigDecimal part, long whole) {
        return rate(part, BigDecimal.valueOf(whole));
    }

    static BigDecimal rate(long part, long whole) {
        return rate(BigDecimal.valueOf(part), whole);
    }

    /** Shortest first. */
    List<Long> times() {
        return all.stream()
                .filter(call -> call.amount("response_time_ms") != null)
                .map(call -> call.count("response_time_ms"))
                .sorted()
                .toList();
    }

    Long averageTime() {
        List<Long> times = times();
        return times.isEmpty()
                ? null
                : rounded(times.stream().mapToLong(Long::longValue).sum(), times.size());
    }

    private static Long percentile(List<Long> times, int percent) {
        return times.isEmpty() ? null : times.get(Math.ceilDiv(times.size() * percent, 100) - 1);
    }

    ObjectNode figures() {
        List<Long> times = times();
        var responseTime = ExactJson.object();
        responseTime.put("timed_calls", (long) times.size());
        responseTime.put("avg_ms", averageTime());
        responseTime.put("p50_ms", percentile(times, 50));
        responseTime.put("p95_ms", percentile(times, 95));
        responseTime.put("p99_ms", percentile(times, 99));
        ObjectNode figures = counts().put("cache_read_tokens", tokens("cache_read_tokens"))
                .put("cache_write_tokens", tokens("cache_write_5m_tokens", "cache_write_1h_tokens"))
                .put("reasoning_tokens", tokens("reasoning_tokens"))
                .put("input_cost", cost("input_cost"))
                .put("output_cost", cost("output_cost"))
                .put("total_cost", cost())
                .put("avg_tokens_per_call", averageTokens())
                .put("avg_cost_per_call", averageCost())
                .put("failure_rate", rate(failed(), count()))
                .put("cache_hit_rate", rate(hits.size(), all.size()));
        return figures.set("response_time", responseTime);
    }

    private ObjectNode counts() {
        return ExactJson.object()
                .put("calls", count())
                .put("failed_calls", failed())
                .put("cache_hits", (long) hits.size())
                .put("unpriced_calls", unpriced())
                .put("prompt_tokens", tokens("prompt_tokens"))
                .put("completion_tokens", tokens("completion_tokens"))
                .put("total_tokens", tokens("total_tokens"));
    }

    /** @param users null: not counted */
    ObjectNode point(String start, Long users) {
        return counts().put("start", start)
                .put("total_cost", cost())
                .put("avg_response_time_ms", averageTime())
                .put("users", users);
    }

    ObjectNode shareOf(Recomputed whole) {
        return ExactJson.object()
                .put("calls", rate(count(), whole.count()))
                .put("total_tokens", rate(tokens("total_tokens"), whole.tokens("total_tokens")))
                .put("total_cost", whole.cost() == null ? null : rate(cost(), whole.cost()));
    }

    /** Of a session. */
    ObjectNode part(JsonNode name) {
        ObjectNode part = ExactJson.object()
                .put("calls", count())
                .put("total_tokens", tokens("total_tokens"))
                .put("total_cost", cost());
        return part.set("name", name);
    }

    /** What is sorted by; an unpriced call counts as nothing. */
    BigDecimal rank(String sortBy) {
        return switch (sortBy) {
            case "input_cost", "output_cost", "total_cost" -> priced(sortBy);
            case "avg_tokens_per_call" -> exact(BigDecimal.valueOf(tokens("total_tokens")), count());
            case "avg_cost_per_call" -> exact(priced("total_cost"), count() - unpriced());
            case "avg_response_time" ->
                exact(
                        BigDecimal.valueOf(
                                times().stream().mapToLong(Long::longValue).sum()),
                        times().size());
            default -> counts().get(sortBy).decimalValue();
        };
    }

    /** Exact; null without a call. */
    BigDecimal perCall(String tokens) {
        return exact(BigDecimal.valueOf(tokens(tokens)), count());
    }

    private static BigDecimal exact(BigDecimal sum, long count) {
        return count == 0 ? null : sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128);
    }

    /** @param rows those with the same key, undone ones among them */
    record Group(List<RawCall> rows, Recomputed sums) {

        private static Group of(List<RawCall> rows) {
            return new Group(rows, Recomputed.of(rows));
        }

        RawCall any() {
            return rows.getFirst();
        }

        ObjectNode key(List<String> by) {
            var key = ExactJson.object();
            by.forEach(word -> key.set(word, any().key(word)));
            return key;
        }
    }

    /** In the order asked for; of equal ones by their keys. */
    static List<Group> groups(List<RawCall> rows, List<String> by, String sortBy, boolean descending) {
        return rows.stream()
                .collect(groupingBy(call -> by.stream().map(call::text).toList(), LinkedHashMap::new, toList()))
                .values()
                .stream()
                .map(Group::of)
                .sorted(order(by, sortBy, descending))
                .toList();
    }

    private static Comparator<Group> order(List<String> by, String sortBy, boolean descending) {
        Comparator<BigDecimal> order = descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
        Comparator<Group> byRank = Comparator.comparing(group -> group.sums.rank(sortBy), Comparator.nullsLast(order));
        return by.stream().map(Recomputed::byKey).reduce(byRank, Comparator::thenComparing);
    }

    private static Comparator<Group> byKey(String word) {
        return word.equals("user")
                ? Comparator.comparing(group -> group.any().userKey())
                : Comparator.comparing(group -> group.any().text(word));
    }
}

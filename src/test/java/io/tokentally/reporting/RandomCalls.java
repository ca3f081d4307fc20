package io.tokentally.reporting;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Calls of every kind, as an application sends them, many within minutes of where a day begins or the clocks change. */
record RandomCalls(Random random, HomeZone zone) {

    private static final List<String> USERS = List.of("7", "12", "105", "\"jane\"", "\"joe\"", "\"Zoe\"", "\"42x\"");
    private static final List<String> ENDPOINTS = List.of("ask", "draw", "explain", "grade");
    private static final List<String> MODELS = List.of("gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "in-house");
    private static final List<String> MESSAGES = List.of("too long", "rate limit", "broken pipe");

    String lines(int calls) {
        return IntStream.range(0, calls).mapToObj(i -> call()).collect(Collectors.joining("\n"));
    }

    private String call() {
        int prompt = 2 + random.nextInt(random.nextInt(20) == 0 ? 3_000_000 : 5_000);
        int completion = random.nextInt(2_000);
        return "{\"endpoint\":\"" + one(ENDPOINTS) + "\",\"model\":\"" + one(MODELS) + "\""
                + ",\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion
                + member(2, "cache_read_tokens", random.nextInt(prompt / 2))
                + cacheWrites(random.nextInt(prompt / 2))
                + member(2, "reasoning_tokens", random.nextInt(completion + 1))
                + member(5, "user_id", one(USERS))
                + text(2, "call_type", one(List.of("chat", "embedding", "vision")))
                + text(3, "scope", one(List.of("in", "out", "Other")))
                + text(3, "session_id", "s" + random.nextInt(25))
                + text(2, "git_branch", one(List.of("main", "Main", "feature/a b", "fix-1")))
                + text(2, "source", one(List.of("app", "ci", "Batch")))
                + text(5, "provider", one(List.of("openai", "anthropic", "ours")))
                + member(3, "response_time_ms", responseTime())
                + (random.nextInt(8) == 0 ? failure() : "")
                + (random.nextInt(10) == 0 ? ",\"cache_hit\":true" : "")
                + (random.nextInt(3) == 0 ? "" : ",\"tags\":{" + tags() + "}")
                + ",\"occurred_at\":\"" + instant() + "\"}";
    }

    private String cacheWrites(int tokens) {
        return random.nextBoolean()
                ? ""
                : ",\"cache_write_tokens\":" + tokens + ",\"cache_write_1h_tokens\":" + random.nextInt(tokens + 1);
    }

    private String failure() {
        return ",\"success\":false" + text(3, "error_message", one(MESSAGES));
    }

    /** A reason, a number and a truth, each with values that are the same as text. */
    private String tags() {
        return "\"team\":" + one(List.of("\"red\"", "\"blue\"", "\"\"", "\"Red\""))
                + member(2, "tries", one(List.of("1", "\"1\"", "2.5")))
                + member(2, "beta", one(List.of("true", "\"true\"", "false")));
    }

    /** From nothing to minutes, as many short ones as long ones. */
    private long responseTime() {
        return random.nextLong(1L << random.nextInt(1, 20));
    }

    Instant instant() {
        Instant at = random.nextBoolean() ? near(one(sharp())) : anywhere();
        return at.isBefore(HomeZone.FROM) || at.isAfter(HomeZone.NOW) ? anywhere() : at;
    }

    private List<Instant> sharp() {
        return random.nextInt(3) > 0 ? zone.sharpInstants() : List.of(zone.startOf(zone.dayOf(anywhere())));
    }

    private Instant near(Instant sharp) {
        return switch (random.nextInt(5)) {
            case 0 -> sharp;
            case 1 -> sharp.minus(1, ChronoUnit.MICROS);
            case 2 -> sharp.plusSeconds(random.nextInt(-600, 600));
            default -> sharp.plusSeconds(random.nextInt(-7_200, 7_200));
        };
    }

    private Instant anywhere() {
        return HomeZone.FROM.plusSeconds(
                random.nextLong(Duration.between(HomeZone.FROM, HomeZone.NOW).toSeconds()));
    }

    /** A single day, some days, a month, most of one, months with bits at their ends, or the days of a change. */
    Span span(long mostDays) {
        LocalDate start = zone.dayOf(random.nextBoolean() ? one(zone.sharpInstants()) : anywhere());
        LocalDate month = start.withDayOfMonth(1);
        Span span = switch (random.nextInt(6)) {
            case 0 -> new Span(start, start);
            case 1 -> new Span(start.minusDays(random.nextInt(4)), start.plusDays(random.nextInt(4)));
            case 2 -> new Span(month, month.plusMonths(1).minusDays(1));
            case 3 ->
                new Span(month.plusDays(random.nextInt(6)), month.plusMonths(1).minusDays(1 + random.nextInt(6)));
            case 4 -> new Span(start, start.plusDays(random.nextInt(20, 92)));
            default -> new Span(start, start.plusDays(random.nextInt(200)));
        };
        return span.days() > mostDays ? new Span(span.first(), span.first().plusDays(mostDays - 1)) : span;
    }

    <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** In so many of ten calls not there. */
    private String member(int absent, String name, Object value) {
        return random.nextInt(10) < absent ? "" : ",\"" + name + "\":" + value;
    }

    private String text(int absent, String name, String value) {
        return member(absent, name, "\"" + value + "\"");
    }

    /** @param first null: since ever; @param last null: until ever */
    record Span(LocalDate first, LocalDate last) {

        static final Span ALL_TIME = new Span(null, null);

        boolean has(LocalDate day) {
            return (first == null || !day.isBefore(first)) && (last == null || !day.isAfter(last));
        }

        long days() {
            return first == null || last == null ? Long.MAX_VALUE : ChronoUnit.DAYS.between(first, last) + 1;
        }

        boolean isOnePeriod() {
            boolean isAllTime = first == null && last == null;
            boolean isMonth = first != null
                    && last != null
                    && first.getDayOfMonth() == 1
                    && last.equals(first.plusMonths(1).minusDays(1));
            return isAllTime || isMonth || days() == 1;
        }

        List<LocalDate> each() {
            return first.datesUntil(last.plusDays(1)).toList();
        }
    }
}

package io.tokentally.bench;

import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/** Which reports are asked for, and how the seeds put the same questions to the rows. */
final class Reads {

    /**
     * @param who asks
     * @param most how often its answer may take longer with the large tenant; null: only shown
     */
    record Question(String name, Who who, String path, Double most) {}

    enum Who {
        ADMIN,
        MEMBER
    }

    /**
     * A view of the seeds, ours and as it would be over the rows.
     *
     * @param question what is asked of the view
     * @param plain its definition over the rows
     * @param report the path that answers it over HTTP
     */
    record View(String name, String question, String plain, String report) {

        String asked() {
            return question.formatted(name);
        }

        String askedPlain() {
            return question.formatted("(" + plain + ") plain");
        }
    }

    private static final double FLAT = 2;

    /** Somebody in the middle: the busiest users have the lowest numbers. */
    static final String MEMBER = "77";

    private static final List<String> DIMENSIONS = List.of(
            "user",
            "endpoint",
            "model",
            "provider",
            "call_type",
            "scope",
            "session",
            "git_branch",
            "source",
            "success");

    /** Adding a report is a line here. */
    static List<Question> questions(Shape shape) {
        return Stream.of(
                        Stream.of(
                                new Question("the way there alone", Who.ADMIN, "/api/tenant", null),
                                named("stats"),
                                named("summary?limit=100"),
                                named("user/" + MEMBER),
                                named("endpoint"),
                                named("daily?days=30"),
                                new Question("me/daily?days=30", Who.MEMBER, "/api/usage/me/daily?days=30", FLAT),
                                new Question("me/recent", Who.MEMBER, "/api/usage/me/recent", FLAT)),
                        DIMENSIONS.stream().map(by -> named("breakdown?by=" + by)),
                        DIMENSIONS.stream().map(by -> named("breakdown?days=30&by=" + by)),
                        Stream.of(
                                named("breakdown?by=endpoint,model"),
                                named("series?days=30"),
                                named("series?days=90&by=model"),
                                named("series?step=week&days=90&by=user"),
                                named("sessions?days=30&limit=10"),
                                named("sessions/" + firstSession(shape)),
                                named("comparison?days=30"),
                                named("savings"),
                                named("forecast"),
                                named("calls"),
                                fromRows("calls/slow?days=1"),
                                fromRows("calls/failed?days=1"),
                                fromRows("series?step=hour&days=1")))
                .flatMap(questions -> questions)
                .toList();
    }

    static final List<View> VIEWS = List.of(
            new View(
                    "user_usage_summary",
                    "select * from %s order by total_cost desc nulls last limit 100",
                    """
                            select u.user_id, u.username, u.email, count(*) as total_calls,
                                   sum(r.prompt_tokens) as total_prompt_tokens, sum(r.completion_tokens) as total_completion_tokens,
                                   sum(r.total_tokens) as total_tokens, sum(r.total_cost) as total_cost,
                                   min(r.occurred_at) as first_call, max(r.occurred_at) as last_call
                            from user_api_usage r join app_user u using (tenant_id, user_key)
                            group by u.user_id, u.username, u.email""",
                    "/api/usage/summary?limit=100"),
            new View("monthly_usage_summary", "select * from %s order by month desc", """
                            select date_trunc('month', occurred_at) as month, count(*) as api_calls,
                                   count(distinct user_key) as unique_users, sum(total_tokens) as total_tokens,
                                   sum(total_cost) as cost_usd
                            from user_api_usage group by 1""", "/api/usage/stats"),
            new View(
                    "endpoint_usage_summary",
                    "select * from %s order by cost_usd desc nulls last",
                    """
                            select endpoint, model, count(*) as api_calls, sum(total_tokens) as total_tokens,
                                   sum(total_cost) as cost_usd, avg(total_tokens) as avg_tokens_per_call,
                                   avg(total_cost) as avg_cost_per_call
                            from user_api_usage group by endpoint, model""",
                    "/api/usage/endpoint"),
            new View(
                    "daily_usage_summary",
                    "select * from %s order by date desc limit 30",
                    """
                            select date(occurred_at) as date, count(*) as api_calls, count(distinct user_key) as unique_users,
                                   sum(total_tokens) as total_tokens, sum(total_cost) as cost_usd
                            from user_api_usage group by 1""",
                    "/api/usage/daily?days=30"));

    private Reads() {}

    private static Question named(String report) {
        return new Question(report, Who.ADMIN, "/api/usage/" + report, FLAT);
    }

    /** Reads single calls, so its cost is theirs. */
    private static Question fromRows(String report) {
        return new Question(report + " (rows)", Who.ADMIN, "/api/usage/" + report, null);
    }

    /** A new user's only call, in both tenants. */
    private static String firstSession(Shape shape) {
        return shape.firstDate().format(DateTimeFormatter.ofPattern("yyMMdd")) + "-1";
    }
}

package io.tokentally.bench;

import java.util.List;

/**
 * Which event comes n-th: the tenants in turn, in each its users in turn, every user in sessions of twenty calls. The
 * same for the service and for what it is compared with.
 */
record Traffic(List<String> tenants, int users) {

    private static final int CALLS_PER_SESSION = 20;

    /** What one call says beside who made it. */
    record Kind(String endpoint, String model, int promptTokens, int completionTokens, int responseTimeMs) {}

    private static final List<String> ENDPOINTS =
            List.of("analyze_homework", "chat", "summarize_chapter", "make_quiz", "translate");

    static final List<Kind> KINDS = ENDPOINTS.stream()
            .<Kind>mapMulti((endpoint, kinds) -> {
                kinds.accept(new Kind(endpoint, "gpt-4o-mini", 1240, 310, 870));
                kinds.accept(new Kind(endpoint, "claude-sonnet-4-5-20250929", 2105, 455, 2140));
            })
            .toList();

    static Traffic of(String tenant, int users) {
        return new Traffic(List.of(tenant), users);
    }

    int tenantOf(long n) {
        return (int) (n % tenants.size());
    }

    int userOf(long n) {
        return (int) (n / tenants.size() % users);
    }

    long sessionOf(long n) {
        return n / tenants.size() / users / CALLS_PER_SESSION;
    }

    int kindOf(long n) {
        long turn = n / tenants.size();
        return (int) ((turn + turn / users) % KINDS.size());
    }

    static String user(int number) {
        return "u%05d".formatted(number);
    }

    static String session(int user, long number) {
        return "s%05d-%06d".formatted(user, number);
    }

    static String eventId(long n) {
        return "e%012d".formatted(n);
    }
}

package io.tokentally.portal;

import io.tokentally.testing.Organisation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jose4j.json.JsonUtil;

/** Made-up calls of a tenant, recorded together. A model that nobody knows has no price. */
final class Traffic {

    /** A dollar for a million tokens of a prompt, five for those of a completion. */
    static final String MODEL = "claude-haiku-4-5";

    static final String UNPRICED = "in-house";

    private final Organisation tenant;
    private final List<String> events = new ArrayList<>();

    private Traffic(Organisation tenant) {
        this.tenant = tenant;
    }

    static Traffic of(Organisation tenant) {
        return new Traffic(tenant);
    }

    Traffic call(String user, String endpoint, long promptTokens) {
        return call(0, user, endpoint, MODEL, promptTokens, "");
    }

    /** @param more further members, each after a comma */
    Traffic call(int daysAgo, String user, String endpoint, String model, long promptTokens, String more) {
        Instant at = Instant.now().minus(daysAgo, ChronoUnit.DAYS);
        events.add("{\"user_id\":%s,\"endpoint\":%s,\"model\":%s,\"prompt_tokens\":%d,\"occurred_at\":\"%s\"%s}"
                .formatted(quoted(user), quoted(endpoint), quoted(model), promptTokens, at, more));
        return this;
    }

    void record() {
        tenant.service()
                .body(events.stream().collect(Collectors.joining(",", "[", "]")))
                .post("/api/usage/events")
                .then()
                .statusCode(200)
                .body("data.recorded", org.hamcrest.Matchers.equalTo(events.size()));
    }

    static String quoted(String text) {
        return JsonUtil.toJson(java.util.Map.of("x", text)).replaceAll("^\\{\"x\":|}$", "");
    }
}

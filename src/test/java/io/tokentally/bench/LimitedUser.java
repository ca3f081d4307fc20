package io.tokentally.bench;

import java.io.IOException;
import java.net.http.HttpResponse;

/** A user whose limits are looked at with every call. */
record LimitedUser(String tenant, Installation installation) {

    private static final String JSON = "application/json";

    /** @param limits the user's overrides, as JSON */
    void limit(String limits) throws IOException, InterruptedException {
        HttpResponse<String> answer = installation
                .grouping()
                .send(
                        "PUT",
                        "/api/users/" + Traffic.user(0),
                        installation.token(tenant, "admin"),
                        JSON,
                        "{\"limits\":" + limits + "}");
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("The limits are refused: " + answer.body());
        }
    }

    Calls checks() {
        return new SameCall("/api/usage/check", token(), "{\"user_id\":\"%s\"}".formatted(Traffic.user(0)), 200);
    }

    /** Held for a day: the benchmark measures granting, not the end of holds. */
    Calls reservations() {
        String body = """
                {"user_id":"%s","model":"gpt-4o-mini","prompt_tokens":1240,"max_completion_tokens":310,"ttl_seconds":86400}""".formatted(Traffic.user(0));
        return new SameCall("/api/usage/reservations", token(), body, 201);
    }

    private String token() {
        return installation.token(tenant, "service");
    }
}

package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator watches. */
@ApiTest
class OperationsTest {

    @Nested
    class Health {

        @ParameterizedTest
        @ValueSource(strings = {"live", "ready", "started"})
        void isUp(String kind) {
            Organisation.anonymous()
                    .get("/q/health/" + kind)
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("UP"));
        }

        /** A service without its database is alive, and not ready. */
        @Test
        void dependsOnTheDatabaseForReadinessOnly() {
            Organisation.anonymous()
                    .get("/q/health/ready")
                    .then()
                    .body("checks.name", hasItem("Database connections health check"));
            assertThat(Organisation.anonymous().get("/q/health/live").asString())
                    .doesNotContain("Database");
        }
    }

    @Nested
    class Metrics {

        @Test
        void countRequestsByRoute() {
            Organisation.fresh().get("/api/usage/stats");

            assertThat(metrics())
                    .contains("http_server_requests_seconds_count")
                    .containsPattern("uri=\"/api/usage/stats\"");
        }

        @Test
        void showTheConnectionPoolAndTheMachine() {
            assertThat(metrics()).contains("agroal_active_count", "agroal_awaiting_count", "jvm_memory_used_bytes");
        }

        @Test
        void showTheSelfCheckFromTheStart() {
            assertThat(metrics())
                    .contains(
                            "tokentally_self_check_differences ", "tokentally_self_check_last_run_timestamp_seconds ");
        }

        /** A label per user would tell everybody who they are, and grow for ever. */
        @Test
        void nameNoUserAndNoTenant() {
            Organisation acme = Organisation.fresh();
            acme.record("{\"user_id\":\"jane@x\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");
            acme.get("/api/usage/user/jane@x").then().statusCode(200);
            acme.get("/api/usage/user/nobody-of-ours").then().statusCode(404);
            acme.get("/api/no-such-route").then().statusCode(404);

            assertThat(metrics())
                    .contains("/api/usage/user/{userId}")
                    .doesNotContain(acme.id(), "jane", "nobody-of-ours", "no-such-route");
        }

        private String metrics() {
            return Organisation.anonymous().get("/q/metrics").asString();
        }
    }
}

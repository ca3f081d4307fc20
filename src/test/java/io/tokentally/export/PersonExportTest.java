package io.tokentally.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.ValidatableResponse;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.math.BigDecimal;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ApiTest
class PersonExportTest {

    private final Organisation acme = Organisation.fresh();

    private ValidatableResponse export(String user) {
        return acme.get("/api/users/" + user + "/export").then();
    }

    private void call(String more) {
        acme.record(
                "{\"user_id\":7,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1000,\"completion_tokens\":10"
                        + more + "}");
    }

    @Nested
    class Ok {

        @Test
        void holdsThePersonAsTheTenantWritesThem() {
            acme.putUser(
                    "7",
                    "{\"username\":\"jane\",\"email\":\"j@example.com\",\"tier\":\"pro\",\"limits\":{\"maxMonthlyCost\":0.10}}");

            export("7")
                    .statusCode(200)
                    .header("Content-Disposition", containsString("attachment"))
                    .body("person.user_id", equalTo(7))
                    .body("person.username", equalTo("jane"))
                    .body("person.email", equalTo("j@example.com"))
                    .body("person.tier", equalTo("pro"))
                    .body("person.limits.maxMonthlyCost", equalTo(new BigDecimal("0.1")))
                    .body("events", hasSize(0));
        }

        @Test
        void holdsEveryColumnOfEveryEvent() {
            call(
                    ",\"event_id\":\"e-1\",\"source\":\"web\",\"session_id\":\"s\",\"problem_id\":\"p\",\"grade_level\":5,"
                            + "\"git_branch\":\"main\",\"call_type\":\"chat\",\"scope\":\"x\",\"response_time_ms\":12,\"success\":false,"
                            + "\"error_message\":\"\\\"quoted\\\"\",\"tags\":{\"a\":1.50,\"b\":\"é\"},\"occurred_at\":\"2026-03-01T12:00:00.000001+02:00\"");

            export("7")
                    .body("events", hasSize(1))
                    .body("events[0].event_id", equalTo("e-1"))
                    .body("events[0].source", equalTo("web"))
                    .body("events[0].usage_day", equalTo("2026-03-01"))
                    .body("events[0].occurred_at", equalTo("2026-03-01T10:00:00.000001Z"))
                    .body("events[0].session_id", equalTo("s"))
                    .body("events[0].problem_id", equalTo("p"))
                    .body("events[0].grade_level", equalTo("5"))
                    .body("events[0].git_branch", equalTo("main"))
                    .body("events[0].error_message", equalTo("\"quoted\""))
                    .body("events[0].tags.b", equalTo("é"))
                    .body("events[0].success", equalTo(false))
                    .body("events[0].input_cost", equalTo(new BigDecimal("0.0025")))
                    .body("events[0].total_cost", equalTo(new BigDecimal("0.0026")))
                    .body("events[0].flags", hasSize(0))
                    .body("events[0].reverses", nullValue())
                    .body("sessions[0].session_id", equalTo("s"))
                    .body("days[0].calls", equalTo(1))
                    .body("months[0].total_cost", equalTo(new BigDecimal("0.0026")));
        }

        /** A session is shared, a sum of it would tell of others. */
        @Test
        void holdsNothingOfOthers() {
            call(",\"session_id\":\"shared\"");
            acme.record(
                    "{\"user_id\":8,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":5,\"session_id\":\"shared\"}");
            Organisation other = Organisation.fresh();
            other.record("{\"user_id\":7,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":5}");

            export("7").body("events.prompt_tokens", contains(1000)).body("sessions.prompt_tokens", contains(1000));
        }

        @Test
        void holdsReservationsAndKeysWithoutTheirHashes() {
            call("");
            acme.service()
                    .body("{\"user_id\":7,\"model\":\"gpt-4o\",\"prompt_tokens\":10,\"max_completion_tokens\":10}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201);
            acme.admin()
                    .body("{\"name\":\"laptop\",\"roles\":[\"member\"],\"user_id\":7}")
                    .post("/api/keys")
                    .then()
                    .statusCode(201);

            assertThat(export("7")
                            .body("reservations.state", contains("held"))
                            .body("api_keys.name", contains("laptop"))
                            .body("api_keys[0].roles", contains("member"))
                            .extract()
                            .asString())
                    .doesNotContain("hash");
        }

        /** It tells the person what others did to them, and of others not from where. */
        @Test
        void isInTheAuditLogAndHoldsItsOwnEntry() {
            call("");

            export("7")
                    .body("audit.last().action", equalTo("user.exported"))
                    .body("audit.last().about_them", equalTo(true))
                    .body("audit.last().by_them", equalTo(false))
                    .body("audit.last().from_address", nullValue());
            acme.as("7", "admin")
                    .get("/api/users/7/export")
                    .then()
                    .body("audit.last().by_them", equalTo(true))
                    .body("audit.last().from_address", equalTo("127.0.0.1"));
        }
    }

    @Nested
    class NotFound {

        @Test
        void forWhoeverWasNeverSeenHereAndNobodyComesToBeByAsking() {
            Organisation.fresh().record("{\"user_id\":7,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":5}");
            acme.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":5}");

            export("7").statusCode(404).body("code", equalTo("not_found"));
            export("7").statusCode(404);
        }
    }
}

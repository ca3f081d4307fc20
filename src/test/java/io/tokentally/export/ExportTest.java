package io.tokentally.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV as accounting meets it: read by a strict parser that is not the one that wrote it. */
@ApiTest
class ExportTest {

    private static final CSVFormat STRICT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .setSkipHeaderRecord(true)
            .setTrailingData(false)
            .setLenientEof(false)
            .get();

    private final Organisation acme = Organisation.fresh();

    private void call(String user, String endpoint, String day) {
        acme.record("{\"user_id\":" + user + ",\"endpoint\":\"" + endpoint
                + "\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":1000,\"completion_tokens\":10,"
                + "\"problem_id\":\"p\",\"session_id\":\"s\",\"occurred_at\":\"" + day + "\"}");
    }

    static List<CSVRecord> rows(Response response) {
        try (var parser = STRICT.parse(new StringReader(text(response)))) {
            return parser.getRecords();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String text(Response response) {
        return new String(response.then().statusCode(200).extract().asByteArray(), StandardCharsets.UTF_8);
    }

    @Nested
    class Details {

        @Test
        void haveTheSeedsColumns() {
            call("123", "analyze_homework", "2025-10-11T10:30:00Z");
            acme.putUser("123", "{\"username\": \"Jürgen\", \"email\": \"j@example.com\"}");

            Response response = acme.get("/api/usage/export");

            assertThat(text(response).lines().findFirst())
                    .hasValue("ID,User ID,Username,Email,Endpoint,Model,Prompt Tokens,Completion Tokens,Total Tokens,"
                            + "Cost (USD),Problem ID,Session ID,Timestamp,Success,Response Time (ms)");
            CSVRecord row = rows(response).getFirst();
            assertThat(row.toMap())
                    .containsEntry("User ID", "123")
                    .containsEntry("Username", "Jürgen")
                    .containsEntry("Email", "j@example.com")
                    .containsEntry("Endpoint", "analyze_homework")
                    .containsEntry("Model", "gpt-4o-mini")
                    .containsEntry("Prompt Tokens", "1000")
                    .containsEntry("Completion Tokens", "10")
                    .containsEntry("Total Tokens", "1010")
                    .containsEntry("Cost (USD)", "0.000156")
                    .containsEntry("Problem ID", "p")
                    .containsEntry("Session ID", "s")
                    .containsEntry("Timestamp", "2025-10-11T10:30:00Z")
                    .containsEntry("Success", "true")
                    .containsEntry("Response Time (ms)", "");
        }

        @Test
        void sayWhichCallsFailedAndHowLongTheyTook() {
            acme.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"success\":false,"
                    + "\"response_time_ms\":1800}");

            assertThat(rows(acme.get("/api/usage/export")).getFirst().toMap())
                    .containsEntry("Success", "false")
                    .containsEntry("Response Time (ms)", "1800");
        }

        @Test
        void areADownload() {
            acme.get("/api/usage/export")
                    .then()
                    .header("Content-Type", startsWith("text/csv"))
                    .header("Content-Disposition", "attachment; filename=\"usage.csv\"")
                    .header("X-Total-Count", "0")
                    .header("X-Truncated", "false")
                    .header("Link", nullValue());
        }

        @Test
        void leaveTheCostOfAnUnpricedCallEmpty() {
            acme.record("{\"endpoint\":\"e\",\"model\":\"in-house\",\"prompt_tokens\":1}");

            assertThat(rows(acme.get("/api/usage/export")).getFirst().get("Cost (USD)"))
                    .isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "startDate=2026-02-02 | 2",
                    "endDate=2026-02-02 | 2",
                    "startDate=2026-02-02&endDate=2026-02-02 | 1",
                    "startDate=2026-02-01T10:00:00Z&endDate=2026-02-02T10:00:00Z | 1",
                    "startDate=2026-02-01T10:00:00.000001Z&endDate=2026-02-02T10:00:00.000001Z | 1",
                    "startDate=2026-02-01T11:00:00%2B01:00 | 3",
                    "startDate=2027-01-01 | 0",
                    "userId=1 | 2",
                    "userId=nobody | 0"
                })
        void filterBy(String query, int expected) {
            call("1", "e", "2026-02-01T10:00:00Z");
            call("2", "e", "2026-02-02T10:00:00Z");
            call("1", "e", "2026-02-03T10:00:00Z");

            assertThat(rows(acme.admin().urlEncodingEnabled(false).get("/api/usage/export?" + query)))
                    .hasSize(expected);
        }

        @Test
        void ofACutFileLeadToTheRestWithoutGapOrOverlap() {
            for (int day = 1; day <= 7; day++) {
                call("1", "e", "2026-02-0" + day + "T10:00:00Z");
            }
            var seen = new ArrayList<String>();
            var totals = new ArrayList<String>();
            String next = "/api/usage/export?limit=3";
            while (next != null) {
                Response page = acme.admin().urlEncodingEnabled(false).get(next);
                rows(page).forEach(row -> seen.add(row.get("Timestamp").substring(0, 10)));
                totals.add(page.header("X-Total-Count") + page.header("X-Truncated"));
                next = page.header("Link") == null ? null : linkOf(page);
            }

            assertThat(seen)
                    .containsExactly(
                            "2026-02-07",
                            "2026-02-06",
                            "2026-02-05",
                            "2026-02-04",
                            "2026-02-03",
                            "2026-02-02",
                            "2026-02-01");
            assertThat(totals).containsExactly("7true", "7true", "7false");
        }

        private static String linkOf(Response page) {
            var link = Pattern.compile("<([^>]+)>; rel=\"next\"").matcher(page.header("Link"));
            assertThat(link.matches()).isTrue();
            return link.group(1);
        }

        @Test
        void mayBeAskedForAll() {
            call("1", "e", "2026-02-01T10:00:00Z");

            assertThat(rows(acme.get("/api/usage/export?limit=all"))).hasSize(1);
        }

        @Test
        void addUpToTheStatistics() {
            for (int i = 0; i < 20; i++) {
                call(Integer.toString(i % 3), "e", "2026-02-0" + (i % 7 + 1) + "T10:00:00Z");
            }

            BigDecimal sum = rows(acme.get("/api/usage/export")).stream()
                    .map(row -> new BigDecimal(row.get("Cost (USD)")))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            Number total = acme.get("/api/usage/stats").path("data.overall.total_cost");
            assertThat(sum).isEqualByComparingTo(new BigDecimal(total.toString()));
        }

        @Test
        void nameEveryWrongParameter() {
            acme.get("/api/usage/export?startDate=yesterday&endDate=2026-13-01&limit=-1&cursor=x&escape=html")
                    .then()
                    .statusCode(400)
                    .contentType(startsWith("application/problem+json"))
                    .body("errors.field", containsInAnyOrder("startDate", "endDate", "limit", "cursor", "escape"));
        }

        @Test
        void refuseACursorThatNoAnswerGave() {
            String far = java.util.Base64.getUrlEncoder()
                    .encodeToString("+100000000-01-01 00000000-0000-0000-0000-000000000000"
                            .getBytes(StandardCharsets.US_ASCII));

            acme.get("/api/usage/export?cursor=" + far).then().statusCode(400);
        }

        @Test
        void refuseAnEndBeforeTheStart() {
            acme.get("/api/usage/export?startDate=2026-02-02&endDate=2026-02-01")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("endDate"));
        }

        @Test
        void areRefusedToAService() {
            acme.service().get("/api/usage/export").then().statusCode(403);
        }
    }

    @Nested
    class TextCells {

        @ParameterizedTest
        @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", " =1", "a\\n=1", "\\t1", "＝1", "\u00a0=1"})
        void thatASpreadsheetWouldRunAreGuarded(String endpoint) {
            call("1", endpoint, "2026-02-01T10:00:00Z");

            assertThat(rows(acme.get("/api/usage/export")).getFirst().get("Endpoint"))
                    .startsWith("'");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a=b", "chat-v2", "x@y.z", "comma, \\\"quote\\\" and\\r\\nline"})
        void thatAreHarmlessStayAsTheyAre(String endpoint) {
            call("1", endpoint, "2026-02-01T10:00:00Z");

            assertThat(rows(acme.get("/api/usage/export")).getFirst().get("Endpoint"))
                    .isEqualTo(endpoint.translateEscapes());
        }

        @Test
        void stayAsTheyAreWhenAskedFor() {
            call("1", "=1+1", "2026-02-01T10:00:00Z");

            assertThat(rows(acme.get("/api/usage/export?escape=none"))
                            .getFirst()
                            .get("Endpoint"))
                    .isEqualTo("=1+1");
        }

        @Test
        void thatAreNumbersMayBeNegative() {
            call("-5", "e", "2026-02-01T10:00:00Z");
            call("\"-6\"", "e", "2026-02-01T10:00:00Z");

            assertThat(rows(acme.get("/api/usage/export")))
                    .extracting(row -> row.get("User ID"))
                    .containsExactlyInAnyOrder("-5", "'-6");
        }
    }

    @Nested
    class Summary {

        @Test
        void hasTheSeedsColumnsAndTheDearestUserFirst() {
            call("1", "e", "2026-02-01T10:00:00Z");
            call("2", "e", "2026-02-02T10:00:00Z");
            call("2", "e", "2026-02-03T10:00:00Z");

            Response response = acme.get("/api/usage/export/summary");

            assertThat(text(response)).isEqualTo("""
                    User ID,Username,Email,Total API Calls,Total Prompt Tokens,Total Completion Tokens,Total Tokens,\
                    Total Cost (USD),First API Call,Last API Call
                    2,,,2,2000,20,2020,0.000312,2026-02-02T10:00:00Z,2026-02-03T10:00:00Z
                    1,,,1,1000,10,1010,0.000156,2026-02-01T10:00:00Z,2026-02-01T10:00:00Z
                    """.replace("\n", "\r\n"));
            assertThat(rows(response)).hasSize(2);
        }
    }
}

package io.tokentally.reporting;

import static org.hamcrest.Matchers.equalTo;

import io.tokentally.testing.Organisation;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The organisations of docs/reports.md: names, counts and tokens are the seed documents' examples. */
final class SeedOrganisations {

    /**
     * Calls alike, which share tokens evenly and users in turn.
     *
     * @param users as in JSON; empty: nobody
     * @param fields further members
     */
    private record Calls(int count, long prompt, long completion, List<String> users, String at, String fields) {

        Stream<String> events() {
            return IntStream.range(0, count).mapToObj(this::event);
        }

        private String event(int call) {
            String user = users.isEmpty() ? "" : "\"user_id\":" + users.get(call % users.size()) + ",";
            return "{%s\"prompt_tokens\":%d,\"completion_tokens\":%d,\"occurred_at\":\"%s\",%s}"
                    .formatted(user, share(prompt, call), share(completion, call), at, fields(call));
        }

        private long share(long tokens, int call) {
            return tokens / count + (call < tokens % count ? 1 : 0);
        }

        /** {@code #} is the number of the branch that the call is of, of 22 in turn. */
        private String fields(int call) {
            return fields.replace("#", Integer.toString(call % 22));
        }
    }

    private static final String NANO = "\"model\":\"gpt-4.1-nano\"";
    private static final String MINI = "\"model\":\"gpt-4o-mini\"";

    private SeedOrganisations() {}

    /** A new one with all its calls. */
    static Organisation of(String document) {
        return switch (document) {
            case "Admin portal" -> adminPortal();
            case "Organisations' quick reference" -> recruiters();
            case "ProfileGPT usage tracking" -> profileGpt();
            case "Git and CI" -> gitAndCi();
            case "RAG" -> rag();
            default -> throw new IllegalStateException("nobody has filled " + document);
        };
    }

    private static Organisation adminPortal() {
        var homework = "\"endpoint\":\"analyze_homework\",\"model\":\"gpt-4o\"";
        var chat = "\"endpoint\":\"chat\"," + MINI;
        var johns = homework + ",\"session_id\":\"s-1\",\"problem_id\":\"p-7\",\"grade_level\":5";
        Organisation made = recorded(
                new Calls(33, 36_000, 54_000, List.of("123"), "2025-09-15T10:00:00Z", johns),
                new Calls(100, 300_000, 450_000, List.of("45"), "2025-09-20T10:00:00Z", homework),
                new Calls(465, 142_000, 213_000, users(43), "2025-09-20T11:00:00Z", homework),
                new Calls(452, 444_000, 111_000, users(43), "2025-09-21T10:00:00Z", chat),
                new Calls(180, 160_000, 240_000, users(29), "2025-10-05T10:00:00Z", homework),
                new Calls(150, 120_000, 30_000, users(29), "2025-10-05T11:00:00Z", chat),
                new Calls(60, 48_000, 72_000, users(14), "2025-10-11T08:00:00Z", homework),
                new Calls(48, 36_000, 9_000, users(14), "2025-10-11T09:00:00Z", chat),
                new Calls(12, 14_000, 21_000, List.of("123"), "2025-10-11T10:30:00Z", johns));
        made.putUser("123", """
                {"username": "john@example.com", "email": "john@example.com",
                 "limits": {"maxMonthlyTokens": 1000000, "maxMonthlyCost": 10.00, "maxMonthlyCalls": 500}}""");
        made.putUser("45", "{\"username\": \"jane@example.com\", \"email\": \"jane@example.com\"}");
        made.putUser("1", "{\"limits\": {\"maxMonthlyCalls\": 10}}");
        return made;
    }

    private static Organisation recruiters() {
        var extract = "\"endpoint\":\"extract_candidate_info\"," + NANO;
        var analyze = "\"endpoint\":\"analyze_resume_match\"," + NANO;
        var engineering = ",\"tags\":{\"project\":\"engineering\"}";
        var campus = ",\"tags\":{\"project\":\"campus\"}";
        var failed = ",\"response_time_ms\":12000,\"success\":false,\"error_message\":\"rate limit exceeded\"";
        List<String> ann = List.of("\"ann\"");
        List<String> bob = List.of("\"bob\"");
        return recorded(
                new Calls(10, 40_000, 15_000, ann, "2025-08-30T09:00:00Z", extract + campus),
                new Calls(20, 100_000, 40_000, bob, "2025-10-20T09:00:00Z", analyze + engineering),
                new Calls(5, 20_000, 7_500, ann, "2025-10-25T09:00:00Z", extract + campus),
                new Calls(
                        4,
                        20_000,
                        8_000,
                        ann,
                        "2025-11-03T09:00:00Z",
                        analyze + engineering + ",\"response_time_ms\":900"),
                new Calls(
                        6, 24_000, 9_000, bob, "2025-11-05T09:00:00Z", extract + campus + ",\"response_time_ms\":400"),
                new Calls(2, 10_000, 0, bob, "2025-11-06T09:00:00Z", analyze + engineering + failed),
                new Calls(
                        1,
                        4_340,
                        2_000,
                        ann,
                        "2025-11-07T17:00:00Z",
                        analyze + engineering + ",\"response_time_ms\":1800"));
    }

    private static Organisation profileGpt() {
        var chat = "\"endpoint\":\"/chat\"," + MINI;
        var conversation = chat + ",\"call_type\":\"conversation\",\"scope\":\"IN_SCOPE\"";
        var classification = chat + ",\"call_type\":\"classification\"";
        var vetting = "\"endpoint\":\"/vet\"," + MINI + ",\"call_type\":\"job_vetting\",\"scope\":null";
        return recorded(
                new Calls(20, 12_000, 4_000, List.of(), "2026-01-10T10:00:00Z", conversation + session("s-before")),
                new Calls(20, 6_000, 4_000, List.of(), "2026-01-20T10:00:00Z", conversation + session("s-after")),
                new Calls(
                        8,
                        72,
                        8,
                        List.of(),
                        "2026-02-03T10:00:00Z",
                        classification + ",\"scope\":\"IN_SCOPE\"" + session("c-1")),
                new Calls(
                        4,
                        36,
                        4,
                        List.of(),
                        "2026-02-03T11:00:00Z",
                        classification + ",\"scope\":\"OUT_OF_SCOPE\"" + session("c-2")),
                new Calls(
                        2,
                        4_000,
                        1_000,
                        List.of(),
                        "2026-02-04T10:00:00Z",
                        vetting + session("v-1") + ",\"tags\":{\"source\":\"recruiter\"}"),
                new Calls(
                        7,
                        2_800,
                        1_200,
                        List.of(),
                        "2026-02-06T10:00:00Z",
                        conversation + session("c-1") + ",\"tags\":{\"source\":\"company\"}"),
                new Calls(1, 250, 150, List.of(), "2026-02-07T14:30:15.123456Z", conversation + session("a1b2c3d4")));
    }

    private static Organisation gitAndCi() {
        var gpt = "\"endpoint\":\"chat.completions\",\"model\":\"gpt-4o\"";
        var claude = "\"endpoint\":\"messages\",\"model\":\"claude-sonnet-4-5-20250929\",\"source\":\"claude-code\"";
        var merged = ",\"git_branch\":\"feature/#\"";
        var newUi = ",\"git_branch\":\"feature/new-ui\"";
        var commit = ",\"tags\":{\"commit\":\"3f2a9c1\"}";
        List<String> alice = List.of("\"alice\"");
        return recorded(
                new Calls(220, 663_000, 200_000, List.of("\"bob\""), "2024-12-10T10:00:00Z", gpt + merged),
                new Calls(110, 241_770, 100_000, List.of("\"bob\""), "2024-12-11T10:00:00Z", claude + merged),
                new Calls(10, 25_000, 12_000, alice, "2025-01-28T10:00:00Z", gpt + ",\"source\":\"ci\"" + newUi),
                new Calls(5, 5_230, 3_000, alice, "2025-01-30T10:00:00Z", claude + newUi + commit));
    }

    private static Organisation rag() {
        var search = "\"endpoint\":\"/semantic\",\"model\":\"text-embedding-3-small\",\"operation_type\":\"embedding\"";
        var upload =
                "\"endpoint\":\"/upload\",\"model\":\"text-embedding-3-large\",\"operation_type\":\"batch_embedding\"";
        var answer = "\"endpoint\":\"/ask\"," + MINI + ",\"operation_type\":\"rag_answer\"";
        var streaming = "\"endpoint\":\"/ask\"," + MINI + ",\"operation_type\":\"rag_streaming\"";
        var hit = search + ",\"cache_hit\":true,\"tags\":{\"cache\":";
        var timeout = ",\"response_time_ms\":30000,\"success\":false,\"error_message\":\"timeout\"";
        List<String> asking = List.of("123");
        List<String> other = List.of("7");
        Organisation made = recorded(
                new Calls(10, 20_000, 2_000, other, "2024-12-05T10:00:00Z", answer + ",\"response_time_ms\":2000"),
                new Calls(3, 30_000, 0, other, "2024-12-20T10:00:00Z", upload + ",\"response_time_ms\":800"),
                new Calls(222, 4_440, 0, asking, "2024-12-22T10:00:00Z", search + ",\"response_time_ms\":100"),
                new Calls(45, 0, 0, asking, "2024-12-22T11:00:00Z", hit + "\"session\"}"),
                new Calls(1_234, 0, 0, asking, "2024-12-22T12:00:00Z", hit + "\"persistent\"}"),
                new Calls(4, 8_000, 1_200, other, "2024-12-24T10:00:00Z", streaming + ",\"response_time_ms\":3000"),
                new Calls(1, 1_000, 0, other, "2024-12-25T10:00:00Z", answer + timeout),
                new Calls(1, 1_250, 150, asking, "2024-12-26T10:30:45.123456Z", answer + ",\"response_time_ms\":2340"));
        made.putUser("123", "{\"tier\": \"unlimited\", \"limits\": {\"maxMonthlyCost\": 50.0}}");
        return made;
    }

    private static String session(String id) {
        return ",\"session_id\":\"" + id + "\"";
    }

    private static List<String> users(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList();
    }

    /** In one request, in this order. */
    private static Organisation recorded(Calls... calls) {
        Organisation made = Organisation.fresh();
        List<String> events = Stream.of(calls).flatMap(Calls::events).toList();
        made.service()
                .body(events.stream().collect(Collectors.joining(",", "[", "]")))
                .post("/api/usage/events")
                .then()
                .statusCode(200)
                .body("data.recorded", equalTo(events.size()));
        return made;
    }
}

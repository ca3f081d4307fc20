package io.tokentally.intake;

import static io.tokentally.intake.Json.exactJson;
import static io.tokentally.intake.Json.json;
import static io.tokentally.intake.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokentally.ledger.Flag;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.TokenCounts;
import io.tokentally.shared.UserId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageEventReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Nested
    class Accepts {

        @Test
        void theLeastThatIsAnEvent() {
            assertThat(accepted("{\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}"))
                    .isEqualTo(new RecordUsage(
                            null,
                            false,
                            "ask",
                            null,
                            "gpt-4o",
                            TokenCounts.of(1, 0),
                            "api",
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            true,
                            null,
                            false,
                            sorted(),
                            Set.of(),
                            null));
        }

        @Test
        void everyMember() {
            assertThat(accepted("""
                    {"user_id":123,"endpoint":"analyze_homework","provider":"openai","model":"gpt-4o",
                     "prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,"cache_read_tokens":600,
                     "cache_write_tokens":150,"cache_write_1h_tokens":50,"reasoning_tokens":64,
                     "source":"mobile","event_id":"chatcmpl-a1","occurred_at":"2026-11-21T10:00:00.123456Z",
                     "session_id":"a1b2c3d4","problem_id":42,"grade_level":"3rd","call_type":"rag_answer",
                     "scope":"search","git_branch":"feature/x","response_time_ms":812,"success":false,
                     "error_message":"timeout","cache_hit":true,"tags":{"team":"blue"}}"""))
                    .isEqualTo(new RecordUsage(
                            new UserId("123"),
                            true,
                            "analyze_homework",
                            "openai",
                            "gpt-4o",
                            new TokenCounts(1000, 200, 600, 100, 50, 64),
                            "mobile",
                            "chatcmpl-a1",
                            Instant.parse("2026-11-21T10:00:00.123456Z"),
                            "a1b2c3d4",
                            "42",
                            "3rd",
                            "rag_answer",
                            "search",
                            "feature/x",
                            812L,
                            false,
                            "timeout",
                            true,
                            sorted(entry("team", "blue")),
                            Set.of(),
                            null));
        }

        @Test
        void everyMemberInCamelCase() {
            assertThat(accepted("""
                    {"userId":123,"endpoint":"analyze_homework","provider":"openai","model":"gpt-4o",
                     "promptTokens":1000,"completionTokens":200,"totalTokens":1200,"cacheReadTokens":600,
                     "cacheWriteTokens":150,"cacheWrite1hTokens":50,"reasoningTokens":64,
                     "source":"mobile","eventId":"chatcmpl-a1","occurredAt":"2026-11-21T10:00:00.123456Z",
                     "sessionId":"a1b2c3d4","problemId":42,"gradeLevel":"3rd","operationType":"rag_answer",
                     "scope":"search","gitBranch":"feature/x","responseTimeMs":812,"success":false,
                     "errorMessage":"timeout","cacheHit":true,"tags":{"team":"blue"}}""")).isEqualTo(accepted("""
                    {"user_id":123,"endpoint":"analyze_homework","provider":"openai","model":"gpt-4o",
                     "prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,"cache_read_tokens":600,
                     "cache_write_tokens":150,"cache_write_1h_tokens":50,"reasoning_tokens":64,
                     "source":"mobile","event_id":"chatcmpl-a1","occurred_at":"2026-11-21T10:00:00.123456Z",
                     "session_id":"a1b2c3d4","problem_id":42,"grade_level":"3rd","operation_type":"rag_answer",
                     "scope":"search","git_branch":"feature/x","response_time_ms":812,"success":false,
                     "error_message":"timeout","cache_hit":true,"tags":{"team":"blue"}}"""));
        }

        @Test
        void nullAsAbsent() {
            assertThat(accepted("""
                    {"endpoint":"ask","model":"gpt-4o","prompt_tokens":1,"user_id":null,"provider":null,"usage":null,
                     "completion_tokens":null,"total_tokens":null,"source":null,"event_id":null,"occurred_at":null,
                     "session_id":null,"problem_id":null,"grade_level":null,"call_type":null,"scope":null,
                     "git_branch":null,"response_time_ms":null,"success":null,"error_message":null,
                     "cache_hit":null,"tags":null}"""))
                    .isEqualTo(accepted("{\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "provider",
                    "session_id",
                    "problem_id",
                    "grade_level",
                    "call_type",
                    "operation_type",
                    "scope",
                    "git_branch",
                    "error_message"
                })
        void blankTextOfAFormAsAbsent(String name) {
            assertThat(accepted(anEvent().put(name, " "))).isEqualTo(accepted(anEvent()));
        }

        @Test
        void textVerbatim() {
            var command = accepted(
                    anEvent().put("endpoint", " Ask\n").put("user_id", " 1 ").put("provider", "OpenAI"));

            assertThat(command.endpoint()).isEqualTo(" Ask\n");
            assertThat(command.userId()).isEqualTo(new UserId(" 1 "));
            assertThat(command.provider()).isEqualTo("OpenAI");
        }

        @Test
        void textOutsideTheBasicPlane() {
            assertThat(accepted(anEvent().put("scope", "🦉")).scope()).isEqualTo("🦉");
        }

        @Test
        void aNullBesideItsOtherSpelling() {
            assertThat(accepted(anEvent().put("user_id", 7).putNull("userId")).userId())
                    .isEqualTo(new UserId("7"));
        }
    }

    @Nested
    class User {

        @ParameterizedTest
        @CsvSource({
            "123, 123",
            "0, 0",
            "-1, -1",
            "123.0, 123",
            "9007199254740991, 9007199254740991",
            "-9007199254740991, -9007199254740991"
        })
        void mayBeAWholeNumber(String sent, String id) {
            var command = accepted(anEvent().set("user_id", json(sent)));

            assertThat(command.userId()).isEqualTo(new UserId(id));
            assertThat(command.userIdIsNumber()).isTrue();
        }

        @Test
        void mayBeText() {
            var command = accepted(anEvent().put("user_id", "123"));

            assertThat(command.userId()).isEqualTo(new UserId("123"));
            assertThat(command.userIdIsNumber()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"\"",
                    "\"  \"",
                    "1.5",
                    "9007199254740992",
                    "-9007199254740992",
                    "1e400",
                    "true",
                    "[1]",
                    "{}",
                    "\"a\\u0000b\"",
                    "\"\\ud83d\""
                })
        void mayBeNothingElse(String sent) {
            assertThat(fieldsRefused(anEvent().set("user_id", json(sent)))).containsExactly("user_id");
        }

        @Test
        void hasAtMost255Characters() {
            assertThat(accepted(anEvent().put("user_id", "u".repeat(255))).userId())
                    .isNotNull();
            assertThat(fieldsRefused(anEvent().put("user_id", "u".repeat(256)))).containsExactly("user_id");
        }
    }

    @Nested
    class OwnTokens {

        @Test
        void mayBeOutputOnly() {
            assertThat(accepted(without("prompt_tokens").put("completion_tokens", 5))
                            .tokens())
                    .isEqualTo(TokenCounts.of(0, 5));
        }

        @Test
        void mayBeZero() {
            assertThat(accepted(anEvent().put("prompt_tokens", 0)).tokens()).isEqualTo(TokenCounts.NONE);
        }

        @Test
        void mayBeAHundredMillion() {
            assertThat(accepted(anEvent().put("prompt_tokens", 99_999_999).put("completion_tokens", 1))
                            .tokens()
                            .total())
                    .isEqualTo(100_000_000);
        }

        @Test
        void areRequired() {
            assertThat(refused(without("prompt_tokens")))
                    .containsExactly(
                            new FieldError("prompt_tokens", "is required, unless completion_tokens or usage is given"));
            assertThat(fieldsRefused(without("prompt_tokens").put("total_tokens", 5)))
                    .containsExactly("prompt_tokens");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "prompt_tokens",
                    "completion_tokens",
                    "total_tokens",
                    "cache_read_tokens",
                    "cache_write_tokens",
                    "cache_write_1h_tokens",
                    "reasoning_tokens",
                    "promptTokens",
                    "cacheWrite1hTokens"
                })
        void areWholeAndNeitherNegativeNorAbsurd(String name) {
            for (String number : List.of("-1", "0.5", "100000001", "99999999999999999999", "1e400", "\"1\"", "[]")) {
                var event = name.startsWith("prompt") ? without("prompt_tokens") : anEvent();
                assertThat(refused(event.set(name, json(number))))
                        .as(number)
                        .containsExactly(new FieldError(name, "must be a whole number from 0 to 100000000"));
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {'cache_read_tokens':101}                                              | cache_read_tokens
                {'cacheReadTokens':101}                                                | cacheReadTokens
                {'cache_write_tokens':101}                                             | cache_write_tokens
                {'cache_read_tokens':101,'cache_write_tokens':101}                     | cache_read_tokens,cache_write_tokens
                {'cache_read_tokens':60,'cache_write_tokens':41}                       | cache_write_tokens
                {'cache_write_1h_tokens':1}                                            | cache_write_1h_tokens
                {'cache_write_tokens':10,'cache_write_1h_tokens':11}                   | cache_write_1h_tokens
                {'reasoning_tokens':51}                                                | reasoning_tokens
                {'total_tokens':149}                                                   | total_tokens
                {'total_tokens':151,'reasoning_tokens':51,'cache_read_tokens':101}     | total_tokens,reasoning_tokens,cache_read_tokens
                {'total_tokens':151,'reasoning_tokens':-1}                             | total_tokens,reasoning_tokens
                {'prompt_tokens':99999951}                                             | prompt_tokens
                """)
        void areRefusedWhereTheyContradictEachOther(String change, String fields) {
            var event = anEvent().put("prompt_tokens", 100).put("completion_tokens", 50);
            event.setAll(object(change.replace('\'', '"')));

            assertThat(fieldsRefused(event)).containsExactlyInAnyOrder(fields.split(","));
        }

        @Test
        void areNotComparedWithWhatIsWrongItself() {
            assertThat(fieldsRefused(anEvent()
                            .put("prompt_tokens", -1)
                            .put("cache_read_tokens", 5)
                            .put("total_tokens", 7)))
                    .containsExactly("prompt_tokens");
        }

        @Test
        void mayBeAllPartsAndNothingElse() {
            assertThat(accepted(anEvent()
                                    .put("prompt_tokens", 100)
                                    .put("completion_tokens", 50)
                                    .put("cache_read_tokens", 60)
                                    .put("cache_write_tokens", 40)
                                    .put("cache_write_1h_tokens", 40)
                                    .put("reasoning_tokens", 50))
                            .tokens())
                    .isEqualTo(new TokenCounts(100, 50, 60, 0, 40, 50));
        }
    }

    @Nested
    class Usage {

        @Test
        void isTheProvidersOwn() {
            var command = accepted(without("prompt_tokens").set("usage", json("""
                    {"input_tokens":400,"cache_read_input_tokens":600,"output_tokens":200}""")));

            assertThat(command.tokens()).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 0));
            assertThat(command.flags()).isEmpty();
        }

        @Test
        void isFlaggedWhereItContradictsItself() {
            var command = accepted(without("prompt_tokens").set("usage", json("""
                    {"prompt_tokens":400,"completion_tokens":200,"total_tokens":7}""")));

            assertThat(command.flags()).containsExactly(Flag.AMBIGUOUS);
        }

        @Test
        void isReadInTheLightOfTheProvider() {
            var usage = json("{\"prompt_tokens\":32,\"completion_tokens\":9,\"reasoning_tokens\":7}");

            assertThat(accepted(without("prompt_tokens").put("provider", "xai").set("usage", usage))
                            .tokens()
                            .completion())
                    .isEqualTo(16);
        }

        @Test
        void isNotSentTogetherWithOwnTokens() {
            assertThat(refused(anEvent().set("usage", json("{\"prompt_tokens\":1}"))))
                    .containsExactly(new FieldError(
                            "usage", "cannot be sent together with prompt_tokens; send one or the other"));
        }

        @Test
        void hasItsErrorsNamedFromUsageOn() {
            assertThat(fieldsRefused(without("prompt_tokens").set("usage", json("{\"prompt_tokens\":-1}"))))
                    .containsExactly("usage.prompt_tokens");
        }

        @ParameterizedTest
        @ValueSource(strings = {"[]", "\"\"", "7", "{}"})
        void isAnObjectOfAKnownShape(String usage) {
            assertThat(fieldsRefused(without("prompt_tokens").set("usage", json(usage))))
                    .containsExactly("usage");
        }
    }

    @Nested
    class Identity {

        @ParameterizedTest
        @ValueSource(strings = {"event_id", "source", "endpoint", "model"})
        void isNeverBlank(String name) {
            assertThat(refused(anEvent().put(name, " "))).containsExactly(new FieldError(name, "must not be blank"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"endpoint", "model"})
        void isRequired(String name) {
            assertThat(refused(without(name))).containsExactly(new FieldError(name, "is required"));
            assertThat(refused(anEvent().putNull(name))).containsExactly(new FieldError(name, "is required"));
        }
    }

    @Nested
    class Text {

        @ParameterizedTest
        @CsvSource({
            "endpoint, 200",
            "model, 200",
            "provider, 200",
            "source, 200",
            "call_type, 200",
            "scope, 200",
            "grade_level, 200",
            "event_id, 255",
            "session_id, 255",
            "problem_id, 255",
            "git_branch, 255",
            "error_message, 10000"
        })
        void hasALimit(String name, int limit) {
            assertThat(read(anEvent().put(name, "x".repeat(limit)))).isInstanceOf(UsageEventReader.Accepted.class);
            assertThat(refused(anEvent().put(name, "x".repeat(limit + 1))))
                    .containsExactly(new FieldError(name, "must be at most " + limit + " bytes of UTF-8"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"a\u0000b", "\u0000", "\ud83d", "\ude00", "a\ud83db", "\ude00\ud83d"})
        void isWhatPostgresqlCanKeep(String text) {
            for (String name : List.of("endpoint", "model", "event_id", "session_id", "error_message", "grade_level")) {
                assertThat(refused(anEvent().put(name, text)))
                        .containsExactly(new FieldError(name, "must be well-formed text without NUL characters"));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"1", "true", "[]", "{}"})
        void isText(String value) {
            for (String name : List.of("endpoint", "model", "provider", "event_id", "source", "scope", "git_branch")) {
                assertThat(refused(anEvent().set(name, json(value))))
                        .containsExactly(new FieldError(name, "must be text"));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"session_id", "problem_id", "grade_level"})
        void mayBeAWholeNumberInALabel(String name) {
            Function<RecordUsage, String> label = switch (name) {
                case "session_id" -> RecordUsage::sessionId;
                case "problem_id" -> RecordUsage::problemId;
                default -> RecordUsage::gradeLevel;
            };

            assertThat(label.apply(accepted(anEvent().put(name, 5)))).isEqualTo("5");
            assertThat(fieldsRefused(anEvent().put(name, 5.5))).containsExactly(name);
            assertThat(fieldsRefused(anEvent().put(name, true))).containsExactly(name);
        }
    }

    @Nested
    class OccurredAt {

        @ParameterizedTest
        @CsvSource({
            "2026-11-21T10:00:00Z, 2026-11-21T10:00:00Z",
            "2026-11-21t10:00:00z, 2026-11-21T10:00:00Z",
            "2026-11-21 10:00:00+00:00, 2026-11-21T10:00:00Z",
            "2026-11-21T10:00:00-00:00, 2026-11-21T10:00:00Z",
            "2026-11-21T10:00:00+05:30, 2026-11-21T04:30:00Z",
            "2026-11-21T10:00:00.1Z, 2026-11-21T10:00:00.100Z",
            "2026-11-21T10:00:00.123456999Z, 2026-11-21T10:00:00.123456Z",
            "2026-11-21T10:00:00.12345678901234567Z, 2026-11-21T10:00:00.123456Z",
            "1969-12-31T23:59:59.9999999Z, 1969-12-31T23:59:59.999999Z",
            "1815-12-10T00:00:00Z, 1815-12-10T00:00:00Z",
            "0001-01-02T00:00:00Z, 0001-01-02T00:00:00Z"
        })
        void isATimeWithItsOffset(String sent, Instant instant) {
            assertThat(accepted(anEvent().put("occurred_at", sent)).occurredAt())
                    .isEqualTo(instant);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "2026-11-21",
                    "2026-11-21T10:00:00",
                    "2026-11-21T10:00Z",
                    "2026-11-21T10:00:005Z",
                    "2026-11-21T10:00:00.Z",
                    "2026-02-30T10:00:00Z",
                    "2026-11-21T24:00:00Z",
                    "2026-11-21T10:00:00+0530",
                    "2026-11-21T10:00:00+99:00",
                    "+12026-11-21T10:00:00Z",
                    "2026-11-21T10:00:00Z[Europe/Vienna]",
                    "٢٠٢٦-11-21T10:00:00Z",
                    "yesterday"
                })
        void isNothingElse(String sent) {
            assertThat(refused(anEvent().put("occurred_at", sent)))
                    .containsExactly(new FieldError(
                            "occurred_at", "must be a time with its offset, as 2026-11-21T09:30:00Z (RFC 3339)"));
        }

        @Test
        void isNoNumber() {
            assertThat(fieldsRefused(anEvent().put("occurredAt", 1790000000))).containsExactly("occurredAt");
        }

        @Test
        void isAtMostADayAhead() {
            assertThat(accepted(anEvent().put("occurred_at", "2026-11-22T12:00:00Z"))
                            .occurredAt())
                    .isEqualTo(Instant.parse("2026-11-22T12:00:00Z"));
            assertThat(refused(anEvent().put("occurred_at", "2026-11-22T12:00:00.000001Z")))
                    .containsExactly(new FieldError("occurred_at", "must not be more than 24 hours in the future"));
            assertThat(fieldsRefused(anEvent().put("occurred_at", "9999-12-31T23:59:59Z")))
                    .containsExactly("occurred_at");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01T23:59:59.999999Z"})
        void isInAYearOfFourDigitsInEveryZone(String sent) {
            assertThat(refused(anEvent().put("occurred_at", sent)))
                    .containsExactly(new FieldError("occurred_at", "must not be before 0001-01-02T00:00:00Z"));
        }
    }

    @Nested
    class Outcomes {

        @ParameterizedTest
        @CsvSource({"0, 0", "812, 812", "812.0, 812", "1000000000, 1000000000"})
        void haveAResponseTime(String sent, Long millis) {
            assertThat(accepted(anEvent().set("response_time_ms", json(sent))).responseTimeMs())
                    .isEqualTo(millis);
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "812.4", "1000000001", "\"812\"", "1e400"})
        void haveNoOtherResponseTime(String sent) {
            assertThat(refused(anEvent().set("response_time_ms", json(sent))))
                    .containsExactly(new FieldError("response_time_ms", "must be a whole number from 0 to 1000000000"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"true\"", "1", "0", "[]"})
        void areTrueOrFalse(String sent) {
            assertThat(refused(anEvent().set("success", json(sent)).deepCopy()))
                    .containsExactly(new FieldError("success", "must be true or false"));
            assertThat(refused(anEvent().set("cacheHit", json(sent)).deepCopy()))
                    .containsExactly(new FieldError("cacheHit", "must be true or false"));
        }
    }

    @Nested
    class TagsOfAnEvent {

        @Test
        void areTextNumbersAndBooleansInTheOrderOfTheirNames() {
            assertThat(tags("{\"b\":true,\"team\":\"blue\",\"a\":1.50,\"empty\":\"\",\"none\":null}"))
                    .containsExactly(
                            entry("a", new BigDecimal("1.5")),
                            entry("b", true),
                            entry("empty", ""),
                            entry("team", "blue"));
        }

        @ParameterizedTest
        @CsvSource({"1, 1", "1.0, 1", "1e3, 1000", "-0.0, 0", "0.1, 0.1", "99999999999999999999, 99999999999999999999"})
        void areOneNumberHoweverItIsWritten(String sent, BigDecimal number) {
            assertThat(tags("{\"n\":%s}".formatted(sent))).containsExactly(entry("n", number));
            assertThat(accepted(anEvent().set("tags", exactJson("{\"n\":%s}".formatted(sent))))
                            .tags())
                    .containsExactly(entry("n", number));
        }

        @Test
        void cannotBeChanged() {
            assertThatThrownBy(() -> tags("{\"a\":1}").clear()).isInstanceOf(UnsupportedOperationException.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"[]", "\"\"", "1", "true"})
        void areAnObject(String tags) {
            assertThat(refused(anEvent().set("tags", json(tags))))
                    .containsExactly(new FieldError("tags", "must be an object of text, numbers and booleans"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"{}", "[]", "[1]", "1e400", "1e999999", "\"a\\u0000\"", "\"\\udc00\""})
        void areFlatAndFitToBeKept(String value) {
            assertThat(fieldsRefused(anEvent().set("tags", json("{\"ok\":1,\"a\":%s}".formatted(value)))))
                    .containsExactly("tags.a");
            assertThat(fieldsRefused(anEvent().set("tags", exactJson("{\"ok\":1,\"a\":%s}".formatted(value)))))
                    .containsExactly("tags.a");
        }

        @Test
        void haveTextOfAtMost512Characters() {
            assertThat(tags("{\"a\":\"%s\"}".formatted("x".repeat(512)))).hasSize(1);
            assertThat(fieldsRefused(anEvent().set("tags", json("{\"a\":\"%s\"}".formatted("x".repeat(513))))))
                    .containsExactly("tags.a");
        }

        @Test
        void haveNamesOfAtMost64Characters() {
            assertThat(tags("{\"%s\":1}".formatted("x".repeat(64)))).hasSize(1);
            for (String name : List.of("x".repeat(65), "", " ", "a\\u0000", "\\ud800")) {
                assertThat(fieldsRefused(anEvent().set("tags", json("{\"%s\":1}".formatted(name)))))
                        .containsExactly("tags");
            }
        }

        @Test
        void areAtMost50() {
            assertThat(tags(numbered(50))).hasSize(50);
            assertThat(refused(anEvent().set("tags", json(numbered(51)))))
                    .containsExactly(new FieldError("tags", "must have at most 50 entries"));
        }

        private String numbered(int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> "\"t" + i + "\":" + i)
                    .collect(Collectors.joining(",", "{", "}"));
        }

        private SortedMap<String, Object> tags(String tags) {
            return accepted(anEvent().set("tags", json(tags))).tags();
        }
    }

    @Nested
    class Members {

        @Test
        void areRefusedByNameWhenUnknown() {
            assertThat(refused(anEvent().put("user", 1).put("flags", "x").putNull("metadata")))
                    .containsExactly(
                            new FieldError("user", "unknown member"),
                            new FieldError("flags", "unknown member"),
                            new FieldError("metadata", "unknown member"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"prompt", "completion", "messages", "query"})
        void areNeverContent(String name) {
            assertThat(refused(anEvent().put(name, "What is the meaning of life?")))
                    .containsExactly(new FieldError(name, "is content, which is never stored; leave it out"));
        }

        @Test
        void areSpeltOneWayAtATime() {
            assertThat(refused(anEvent()
                            .put("user_id", 1)
                            .put("userId", 1)
                            .put("call_type", "a")
                            .put("operationType", "a")))
                    .containsExactly(
                            new FieldError("userId", "says the same as user_id; send one of them"),
                            new FieldError("operationType", "says the same as call_type; send one of them"));
        }

        @Test
        void areShownHarmlesslyWhateverTheirName() {
            assertThat(fieldsRefused(anEvent().put("\u001b[31m\n\ud800" + "x".repeat(100_000), 1)))
                    .containsExactly("\ufffd[31m\ufffd\ufffd" + "x".repeat(57));
        }

        @Test
        void areNotAllNamedWhenTheyAreCountless() {
            var event = anEvent();
            IntStream.range(0, 10_000).forEach(i -> event.put("u" + i, i));

            assertThat(refused(event)).hasSize(100);
        }
    }

    @Nested
    class Refuses {

        @ParameterizedTest
        @ValueSource(strings = {"null", "[]", "[{}]", "1", "1e400", "\"\"", "true"})
        void whatIsNoObject(String event) {
            assertThat(refused(json(event))).containsExactly(new FieldError("event", "must be a JSON object"));
        }

        @Test
        void nothingAtAll() {
            assertThat(refused(null)).hasSize(1);
        }

        @Test
        void allWrongFieldsAtOnce() {
            assertThat(refused(json("""
                    {"userId":"","model":7,"promptTokens":-1,"cache_read_tokens":1.5,"event_id":"",
                     "occurred_at":"soon","responseTimeMs":-1,"success":"yes","tags":{"a":[]},"query":"?"}""")))
                    .extracting(FieldError::field)
                    .containsExactlyInAnyOrder(
                            "userId",
                            "endpoint",
                            "model",
                            "promptTokens",
                            "cache_read_tokens",
                            "event_id",
                            "occurred_at",
                            "responseTimeMs",
                            "success",
                            "tags.a",
                            "query");
        }

        @Test
        void withoutEchoingWhatWasSent() {
            String secret = "sk-5ecret";
            var event = anEvent();
            event.fieldNames().forEachRemaining(name -> event.put(name, secret));
            event.put("usage", secret)
                    .put("occurred_at", secret)
                    .put("success", secret)
                    .put("tags", secret);

            assertThat(refused(event))
                    .extracting(FieldError::field, FieldError::message)
                    .isNotEmpty()
                    .noneMatch(error -> error.toString().contains(secret))
                    .contains(tuple("usage", "must be an object: the provider's own usage, verbatim"));
        }
    }

    private static ObjectNode anEvent() {
        return object("{\"endpoint\":\"analyze_homework\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");
    }

    private static ObjectNode without(String name) {
        return anEvent().without(name);
    }

    private static UsageEventReader.Outcome read(JsonNode event) {
        return UsageEventReader.read(event, NOW);
    }

    private static RecordUsage accepted(String event) {
        return accepted(json(event));
    }

    private static RecordUsage accepted(JsonNode event) {
        var outcome = read(event);
        assertThat(outcome).isInstanceOf(UsageEventReader.Accepted.class);
        return ((UsageEventReader.Accepted) outcome).command();
    }

    private static List<FieldError> refused(JsonNode event) {
        var outcome = read(event);
        assertThat(outcome).isInstanceOf(UsageEventReader.Refused.class);
        return ((UsageEventReader.Refused) outcome).errors();
    }

    private static List<String> fieldsRefused(JsonNode event) {
        return refused(event).stream().map(FieldError::field).toList();
    }

    @SafeVarargs
    private static SortedMap<String, Object> sorted(Map.Entry<String, ?>... entries) {
        var map = new TreeMap<String, Object>();
        List.of(entries).forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }
}

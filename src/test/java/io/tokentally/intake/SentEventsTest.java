package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokentally.intake.UsageEventReader.Accepted;
import io.tokentally.intake.UsageEventReader.Refused;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String EVENT = "{\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}";
    private static final int READ_AHEAD_BYTES = 64 * 1024;

    /** As strict as the service's own. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    @Nested
    class AsJson {

        @Test
        void areOneForAnObject() {
            assertThat(json(EVENT)).isInstanceOf(SentEvents.One.class);
        }

        @Test
        void areManyForAnArrayOfOne() {
            assertThat(many("[" + EVENT + "]")).hasOnlyElementsOfType(Accepted.class);
        }

        @Test
        void keepTheirPlacesInAnArray() {
            assertThat(many("[7," + EVENT + ",null,[],{}," + EVENT + "]"))
                    .extracting(Object::getClass)
                    .containsExactly(
                            Refused.class, Accepted.class, Refused.class, Refused.class, Refused.class, Accepted.class);
        }

        @Test
        void mayBeginWithAByteOrderMark() {
            assertThat(json("\uFEFF " + EVENT)).isInstanceOf(SentEvents.One.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "null", "7", "\"[]\"", "true"})
        void areNothingElse(String body) {
            assertThatThrownBy(() -> json(body))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage("body must be a JSON object or an array of them");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{",
                    "[",
                    "[" + EVENT,
                    "[" + EVENT + ",]",
                    "[" + EVENT + " " + EVENT + "]",
                    "[{\"a\":1,\"a\":2}]",
                    "[" + EVENT + ",{]",
                    "[" + EVENT + ",\"\\ud83d"
                })
        void areNoneOfAnArrayThatIsBroken(String body) {
            assertThatThrownBy(() -> json(body))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage("body is not well-formed JSON");
        }

        @ParameterizedTest
        @ValueSource(strings = {EVENT + EVENT, EVENT + "\n" + EVENT, "[] []", "[],"})
        void areNotFollowedByMore(String body) {
            assertThatThrownBy(() -> json(body)).isInstanceOf(InvalidInput.class);
        }

        @Test
        void areReadOneByOneAndNoFurtherThanTheMostThereMayBe() {
            var endless = new Repeated(utf8(EVENT + ","));
            InputStream body = new SequenceInputStream(new ByteArrayInputStream(utf8("[")), endless);

            assertThatThrownBy(() -> SentEvents.json(body, STRICT, NOW)).isInstanceOf(TooManyEvents.class);
            assertThat(endless.bytes).isLessThan(10_001L * (EVENT.length() + 1) + READ_AHEAD_BYTES);
        }

        private List<UsageEventReader.Outcome> many(String body) {
            return ((SentEvents.Many) json(body)).events();
        }

        private SentEvents json(String body) {
            return SentEvents.json(new ByteArrayInputStream(utf8(body)), STRICT, NOW);
        }
    }

    @Nested
    class AsLines {

        @Test
        void areOnePerLineAndTheLastLineNeedsNoEnd() {
            assertThat(lines(EVENT + "\n" + EVENT)).hasSize(2).hasOnlyElementsOfType(Accepted.class);
            assertThat(lines(EVENT + "\n" + EVENT + "\n")).hasSize(2);
            assertThat(lines(EVENT + "\r\n" + EVENT + "\r\n")).hasSize(2).hasOnlyElementsOfType(Accepted.class);
        }

        @Test
        void areNoneOfABlankLine() {
            assertThat(lines("\n\r\n \t\n" + EVENT + "\n\n\nno\n \n"))
                    .extracting(Object::getClass)
                    .containsExactly(Accepted.class, Refused.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "\n", "\r\n \n"})
        void areNoneOfNothing(String body) {
            assertThat(lines(body)).isEmpty();
        }

        @Test
        void mayBeginWithAByteOrderMark() {
            assertThat(lines("\uFEFF" + EVENT + "\n" + EVENT)).hasOnlyElementsOfType(Accepted.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "no",
                    "{",
                    "{\"a\":1,\"a\":2}",
                    "{\"tags\":{\"a\":1,\"a\":2}}",
                    "{} {}",
                    "{},",
                    "\"\\u\"",
                })
        void refuseALineThatIsNotJsonAndNoOther(String line) {
            assertThat(lines(EVENT + "\n" + line + "\n" + EVENT))
                    .satisfiesExactly(
                            first -> assertThat(first).isInstanceOf(Accepted.class),
                            refused -> assertThat(refused).isEqualTo(refusal("is not well-formed JSON")),
                            last -> assertThat(last).isInstanceOf(Accepted.class));
        }

        @ParameterizedTest
        @ValueSource(strings = {"7", "null", "[]", "[" + EVENT + "]", "\"text\""})
        void refuseALineThatIsNoObject(String line) {
            assertThat(lines(line)).containsExactly(refusal("must be a JSON object"));
        }

        @Test
        void refuseALineThatIsNestedTooDeep() {
            assertThat(lines("[".repeat(100_000) + "\n" + EVENT))
                    .extracting(Object::getClass)
                    .containsExactly(Refused.class, Accepted.class);
        }

        @Test
        void refuseALineThatIsNotUtf8() {
            var body = new SequenceInputStream(
                    new ByteArrayInputStream("{\"endpoint\":\"\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1)),
                    new ByteArrayInputStream(utf8(EVENT)));

            assertThat(SentEvents.lines(body, STRICT, NOW).events())
                    .extracting(Object::getClass)
                    .containsExactly(Refused.class, Accepted.class);
        }

        @Test
        void refuseALineThatIsTooLong() {
            String longest = EVENT + " ".repeat(Lines.MAX_BYTES - EVENT.length());

            assertThat(lines(longest + "\n" + longest + " \n" + EVENT))
                    .satisfiesExactly(
                            fits -> assertThat(fits).isInstanceOf(Accepted.class),
                            tooLong -> assertThat(tooLong).isEqualTo(refusal("is longer than 262144 bytes")),
                            last -> assertThat(last).isInstanceOf(Accepted.class));
        }

        @Test
        void areReadOneByOneAndNoFurtherThanTheMostThereMayBe() {
            var endless = new Repeated(utf8(EVENT + "\n"));

            assertThatThrownBy(() -> SentEvents.lines(endless, STRICT, NOW)).isInstanceOf(TooManyEvents.class);
            assertThat(endless.bytes).isLessThan(10_001L * (EVENT.length() + 1) + READ_AHEAD_BYTES);
        }

        private List<UsageEventReader.Outcome> lines(String body) {
            return SentEvents.lines(new ByteArrayInputStream(utf8(body)), STRICT, NOW)
                    .events();
        }

        private Refused refusal(String message) {
            return new Refused(List.of(new FieldError("event", message)));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

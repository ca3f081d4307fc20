package io.tokentally.reporting;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import groovy.util.Eval;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.reporting.ReportsGuide.Expected;
import io.tokentally.reporting.ReportsGuide.Question;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Route;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of the tables in docs/reports.md: its request is sent, and its figures are compared. A document's organisation
 * is filled once, for reading only.
 */
@ApiTest
class SeedQuestionsTest {

    private static final ObjectMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Questions each document was found to ask. A line that is lost is red here. */
    private static final Map<String, Long> ASKED = Map.of(
            "Admin portal", 31L,
            "Organisations' quick reference", 28L,
            "ProfileGPT usage tracking", 22L,
            "Git and CI", 19L,
            "RAG", 23L);

    private static final Map<String, Organisation> FILLED = new HashMap<>();

    @Inject
    TestClock clock;

    @AfterEach
    void realTime() {
        clock.reset();
    }

    static List<Question> questions() {
        return ReportsGuide.questions();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("questions")
    void isAnsweredAsItIsWritten(Question question) {
        clock.set(question.today() + "T18:00:00Z");
        Organisation asked = FILLED.computeIfAbsent(question.document(), SeedOrganisations::of);

        Response answer = send(question, asked);

        List<?> found = found(answer, question.answer());
        var softly = new SoftAssertions();
        IntStream.range(0, found.size())
                .forEach(i -> softly.assertThat(written(found.get(i)))
                        .as(question.answer().get(i).member())
                        .isEqualTo(question.answer().get(i).value()));
        softly.assertAll();
    }

    @Test
    void areAllThere() {
        assertThat(questions().stream().collect(groupingBy(Question::document, counting())))
                .isEqualTo(ASKED);
    }

    @Test
    void standBesideEveryReportThereIs() {
        List<String> reports = Route.all().stream()
                .filter(route -> route.method().equals("GET"))
                .map(Route::path)
                .filter(path -> path.startsWith("/api/usage/") || path.equals("/api/platform/usage"))
                .toList();

        assertThat(ReportsGuide.routes()).containsExactlyInAnyOrderElementsOf(reports);
    }

    private static Response send(Question question, Organisation asked) {
        String subject = question.subject() == null ? "somebody" : question.subject();
        RequestSpecification caller = asked.as(subject, question.role()).urlEncodingEnabled(false);
        return (question.body() == null ? caller : caller.body(question.body()))
                .request(question.method(), question.path());
    }

    /** In one script: each takes a compiler. */
    private static List<?> found(Response answer, List<Expected> members) {
        String script = members.stream()
                .map(Expected::member)
                .map(member -> member.startsWith("[") ? "it" + member : member)
                .collect(Collectors.joining(",\n", "answer.with {[\n", "\n]}"));
        return (List<?>) Eval.me("answer", content(answer), script);
    }

    /** What is inside {@code data}, or a problem document, or a file. */
    private static Object content(Response answer) {
        if (answer.contentType().startsWith("text/csv")) {
            return file(answer.asString());
        }
        Map<?, ?> body = json(answer.asString());
        return body.containsKey("data") ? body.get("data") : body;
    }

    private static Map<?, ?> json(String text) {
        try {
            return EXACT.readValue(text, Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> file(String csv) {
        try (CSVParser file = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(csv))) {
            return Map.of("rows", file.stream().map(CSVRecord::toMap).toList(), "columns", file.getHeaderNames());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String written(Object value) {
        return switch (value) {
            case Collection<?> values ->
                values.stream().map(SeedQuestionsTest::written).collect(Collectors.joining(", ", "[", "]"));
            case Number number -> plain(new BigDecimal(number.toString()));
            case null, default -> String.valueOf(value);
        };
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}

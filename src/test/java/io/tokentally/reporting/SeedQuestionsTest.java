package io.tokentally.reporting;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.path.json.JsonPath;
import io.restassured.path.json.config.JsonPathConfig;
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

    private static final JsonPathConfig EXACT_NUMBERS =
            JsonPathConfig.jsonPathConfig().numberReturnType(JsonPathConfig.NumberReturnType.BIG_DECIMAL);

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

        JsonPath answer = answer(send(question, asked));

        var softly = new SoftAssertions();
        for (Expected expected : question.answer()) {
            softly.assertThat(found(answer, expected.member()))
                    .as(expected.member())
                    .isEqualTo(expected.value());
        }
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

    private static JsonPath answer(Response response) {
        boolean isCsv = response.contentType().startsWith("text/csv");
        return new JsonPath(isCsv ? asJson(response.asString()) : response.asString()).using(EXACT_NUMBERS);
    }

    /** {@code data} with what a program makes of the file. */
    private static String asJson(String csv) {
        try (CSVParser file = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(csv))) {
            List<Map<String, String>> rows = file.stream().map(CSVRecord::toMap).toList();
            return new ObjectMapper()
                    .writeValueAsString(Map.of("data", Map.of("columns", file.getHeaderNames(), "rows", rows)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Inside {@code data}; a problem document has none. */
    private static String found(JsonPath answer, String member) {
        boolean isProblem = answer.get("data") == null;
        String dot = member.startsWith("[") ? "" : ".";
        return written(answer.get(isProblem ? member : "data" + dot + member));
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

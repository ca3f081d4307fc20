package io.tokentally.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract at the top of the repository is what the service serves, and says what a client needs to know. */
@ApiTest
class OpenApiTest {

    private static final Path CONTRACT = Path.of("openapi.yaml");
    private static final String REFRESH = "./mvnw -q test -Dtest=OpenApiTest -Dopenapi.refresh";

    private String served;
    private JsonNode document;

    @BeforeEach
    void readTheServedDocument() throws IOException {
        served = new String(Organisation.anonymous().get("/q/openapi").asByteArray(), StandardCharsets.UTF_8);
        document = new YAMLMapper().readTree(served);
        if (System.getProperty("openapi.refresh") != null) {
            Files.writeString(CONTRACT, served);
        }
    }

    @Test
    void theCheckedInContractIsWhatTheServiceServes() throws IOException {
        String checkedIn = Files.exists(CONTRACT) ? Files.readString(CONTRACT) : "";
        String stale = "openapi.yaml is stale; refresh it with: " + REFRESH;

        assertThat(new YAMLMapper().readTree(checkedIn)).as(stale).isEqualTo(document);
        assertThat(checkedIn).as(stale).isEqualTo(served);
    }

    @Nested
    class EveryOperation {

        @Test
        void hasANameASummaryAndATag() {
            var softly = new SoftAssertions();
            operations().forEach((route, operation) -> {
                softly.assertThat(operation.path("operationId").asText())
                        .as(route)
                        .matches("[a-z][A-Za-z]+");
                softly.assertThat(operation.path("summary").asText()).as(route).isNotBlank();
                softly.assertThat(operation.path("tags")).as(route).hasSize(1);
            });
            softly.assertThat(operations().values().stream().map(operation -> operation.path("operationId")))
                    .doesNotHaveDuplicates();
            softly.assertAll();
        }

        @Test
        void takesTheAccessTokenUnlessItLeadsToOne() {
            var softly = new SoftAssertions();
            Map<String, JsonNode> closed = operations();
            closed.keySet().removeIf(route -> route.endsWith(" /api/sign-in"));
            closed.forEach((route, operation) -> softly.assertThat(
                            operation.path("security").path(0).path("accessToken"))
                    .as(route)
                    .isNotEmpty());
            softly.assertThat(document.at("/components/securitySchemes/accessToken/scheme")
                            .asText())
                    .isEqualTo("bearer");
            softly.assertThat(document.at("/components/securitySchemes/accessToken/bearerFormat")
                            .asText())
                    .isEqualTo("JWT");
            softly.assertAll();
        }

        @Test
        void saysHowItRefuses() {
            var softly = new SoftAssertions();
            operations().forEach((route, operation) -> {
                JsonNode responses = operation.path("responses");
                softly.assertThat(responses.fieldNames()).toIterable().as(route).contains("400", "401", "403", "503");
                responses.properties().stream()
                        .filter(response -> response.getKey().compareTo("400") >= 0)
                        .forEach(response -> softly.assertThat(problemIn(response.getValue()))
                                .as(route + " " + response.getKey())
                                .contains("#/components/schemas/Problem"));
            });
            softly.assertThat(operations()
                            .get("post /api/usage/check")
                            .path("responses")
                            .has("429"))
                    .isTrue();
            softly.assertThat(operations()
                            .get("get /api/usage/user/{userId}")
                            .path("responses")
                            .has("404"))
                    .isTrue();
            softly.assertAll();
        }

        private String problemIn(JsonNode response) {
            return response.path("content")
                    .path(Problem.MEDIA_TYPE)
                    .path("schema")
                    .toString();
        }

        @Test
        void saysWhatItTakesAndAnswers() {
            var softly = new SoftAssertions();
            operations().forEach((route, operation) -> {
                operation.path("responses").properties().stream()
                        .filter(response -> response.getKey().startsWith("2")
                                && !response.getKey().equals("204"))
                        .forEach(response -> softly.assertThat(
                                        response.getValue().path("content"))
                                .as(route + " " + response.getKey())
                                .isNotEmpty()
                                .allSatisfy(content ->
                                        assertThat(content.path("schema")).isNotEmpty()));
                softly.assertThat(operation.path("responses").fieldNames())
                        .toIterable()
                        .as(route)
                        .anyMatch(status -> status.startsWith("2"));
            });
            softly.assertAll();
        }
    }

    @Nested
    class TheSchemas {

        @Test
        void areOfOurWords() {
            assertThat(document.at("/components/schemas").fieldNames())
                    .toIterable()
                    .contains("Problem", "UsageEvent", "BalanceView")
                    .doesNotContain("JsonNode", "JsonNodeType", "Body")
                    .as("a number at the end is given to the second of a name, whichever that is today")
                    .noneMatch(name -> name.matches(".*[0-9]"));
        }

        @Test
        void writeMoneyAsExactNumbers() {
            Map<String, JsonNode> money =
                    properties(Pattern.compile(".*cost.*|maxMonthlyCost|used|projected|lower|upper|amount"));
            money.values().removeIf(schema -> schema.has("$ref")); // its members are among them

            assertThat(money).isNotEmpty().allSatisfy((name, schema) -> {
                assertThat(types(schema)).as(name).contains("number").isSubsetOf("number", "null");
                assertThat(schema.path("format").isMissingNode()).as(name).isTrue();
            });
        }

        @Test
        void writeInstantsAsDateTimes() {
            assertThat(properties(Pattern.compile(".*_at|last_call")))
                    .isNotEmpty()
                    .allSatisfy((name, schema) -> assertThat(
                                    resolved(schema).path("format").asText())
                            .as(name)
                            .isEqualTo("date-time"));
        }

        /** {@code number}, or that and {@code null}. */
        private List<String> types(JsonNode schema) {
            JsonNode type = schema.path("type");
            return type.isArray() ? List.of(type.path(0).asText(), type.path(1).asText()) : List.of(type.asText());
        }

        private JsonNode resolved(JsonNode mayBeNull) {
            JsonNode schema = mayBeNull.has("anyOf") ? mayBeNull.path("anyOf").path(0) : mayBeNull;
            return schema.has("$ref") ? document.at(schema.path("$ref").asText().substring(1)) : schema;
        }

        private Map<String, JsonNode> properties(Pattern named) {
            var found = new TreeMap<String, JsonNode>();
            document.at("/components/schemas")
                    .properties()
                    .forEach(schema -> schema.getValue().path("properties").properties().stream()
                            .filter(property -> named.matcher(property.getKey()).matches())
                            .forEach(property ->
                                    found.put(schema.getKey() + "." + property.getKey(), property.getValue())));
            return found;
        }
    }

    private Map<String, JsonNode> operations() {
        var operations = new TreeMap<String, JsonNode>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation ->
                                operations.put(operation.getKey() + " " + path.getKey(), operation.getValue())));
        assertThat(operations).isNotEmpty();
        return operations;
    }
}

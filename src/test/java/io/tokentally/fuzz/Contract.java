package io.tokentally.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.tokentally.testing.Route;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the document promises of an answer: the status, the media type and the body of that operation. */
final class Contract {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private static final Pattern INSIDES = Pattern.compile(
            "Exception|io\\.tokentally|org\\.|jackson|\\bat [a-z]+\\.|SQLSTATE|<html", Pattern.CASE_INSENSITIVE);

    private final JsonNode document;
    private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final Map<String, JsonSchema> known = new ConcurrentHashMap<>();

    Contract(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with this answer; empty when nothing is. */
    Optional<String> brokenBy(Route route, HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        JsonNode promised = route.operation().path("responses").path(String.valueOf(status));
        if (status >= 500 && !isBusy(status, body)) {
            return Optional.of("status " + status + ": " + body);
        }
        if (promised.isMissingNode()) {
            return Optional.of("undocumented status " + status + ": " + shortened(body));
        }
        if (answer.headers().firstValue("X-Content-Type-Options").isEmpty()
                || answer.headers().firstValue("X-Request-Id").isEmpty()) {
            return Optional.of("headers are missing at " + status);
        }
        if (status >= 400 && INSIDES.matcher(body).find()) {
            return Optional.of("shows its insides: " + shortened(body));
        }
        return content(route, status, promised, type(answer), body);
    }

    private Optional<String> content(Route route, int status, JsonNode promised, String type, String body) {
        if (promised.path("content").isEmpty()) {
            return body.isEmpty() ? Optional.empty() : Optional.of("a body at " + status + ": " + shortened(body));
        }
        JsonNode content = promised.path("content").path(type);
        if (content.isMissingNode()) {
            return Optional.of("undocumented media type " + type + " at " + status + ": " + shortened(body));
        }
        return type.endsWith("json")
                ? schemaBrokenBy(route + " " + status + " " + type, content, body)
                : Optional.empty();
    }

    private Optional<String> schemaBrokenBy(String name, JsonNode content, String body) {
        try {
            String broken = known
                    .computeIfAbsent(name, first -> schema(content.path("schema")))
                    .validate(JSON.readTree(body))
                    .stream()
                    .map(Object::toString)
                    .collect(Collectors.joining("; "));
            return broken.isEmpty()
                    ? Optional.empty()
                    : Optional.of("does not fit the schema at " + name + ": " + broken + " in " + shortened(body));
        } catch (IOException notJson) {
            return Optional.of("is no JSON: " + shortened(body));
        }
    }

    /** The schema, in a document in which its references lead somewhere. */
    private JsonSchema schema(JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        whole.set("components", document.path("components"));
        whole.putArray("allOf").add(schema);
        return schemas.getSchema(whole, STRICT);
    }

    private static boolean isBusy(int status, String body) {
        return status == 503 && body.contains("\"code\":\"busy\"");
    }

    private static String type(HttpResponse<byte[]> answer) {
        return answer.headers()
                .firstValue("Content-Type")
                .orElse("")
                .split(";")[0]
                .strip();
    }

    private static String shortened(String body) {
        return body.length() <= 600 ? body : body.substring(0, 600) + " …";
    }
}

package io.tokentally.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Says in the API's document, once for all routes, what every route can answer: the problem documents, in ascending
 * order of status. A resource names only what is its own (404, 409, 413, 429).
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {

    private static final String SCHEMA = "Problem";

    private static final String TOO_MANY = "Too many requests with this credential (rate_limited)";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents().addSchema(SCHEMA, problem());
        document.getComponents()
                .getSecuritySchemes()
                .values()
                .forEach(scheme -> scheme.setDescription(
                        "An access token (sub is the user, tenant the organisation, groups the roles) or an API key."));
        document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .forEach(ApiDocument::complete);
    }

    private static void complete(Operation operation) {
        var responses =
                new TreeMap<String, APIResponse>(operation.getResponses().getAPIResponses());
        describe(
                responses,
                "400",
                "The request is wrong (invalid_input); errors names every wrong field, and every query parameter that is"
                        + " not known here");
        describe(responses, "401", "No access token or API key, or not a valid one (unauthorized)");
        describe(
                responses,
                "403",
                "The roles do not allow this (forbidden), or no tenant (no_tenant), or one that is suspended or unknown"
                        + " (tenant_suspended, unknown_tenant)");
        describe(responses, "406", "Accept names no media type that this route writes (not_acceptable)");
        if (operation.getRequestBody() != null) {
            describe(responses, "413", "The body is longer than 1 MiB (too_large)");
            describe(responses, "415", "The body is no JSON by its Content-Type (unsupported_media_type)");
        }
        describe(responses, "429", TOO_MANY);
        describe(
                responses,
                "503",
                "The database is away, full or busy, or the service is stopping; Retry-After says when to send the same"
                        + " again");
        operation.setResponses(OASFactory.createAPIResponses());
        responses.forEach((status, response) -> operation
                .getResponses()
                .addAPIResponse(status, status.compareTo("400") < 0 ? response : asProblem(status, response)));
    }

    /** Puts {@code sentence} where a resource said nothing of its own; Quarkus says "Not Allowed" and the like. */
    private static void describe(Map<String, APIResponse> responses, String status, String sentence) {
        String said = responses.containsKey(status) ? responses.get(status).getDescription() : "";
        if (Set.of("", "Bad Request", "Not Authorized", "Not Allowed").contains(said)) {
            responses.put(status, OASFactory.createAPIResponse().description(sentence));
        }
    }

    /** A new one: Quarkus lets all operations share its own 401 and 403. */
    private static APIResponse asProblem(String status, APIResponse response) {
        MediaType described =
                response.getContent() == null ? null : response.getContent().getMediaType(Problem.MEDIA_TYPE);
        Schema schema = described == null
                ? reference()
                : OASFactory.createSchema().addAllOf(reference()).addAllOf(described.getSchema());
        APIResponse problem = OASFactory.createAPIResponse()
                .description(response.getDescription())
                .content(OASFactory.createContent()
                        .addMediaType(
                                Problem.MEDIA_TYPE, OASFactory.createMediaType().schema(schema)));
        return switch (status) {
            case "401" -> problem.addHeader("WWW-Authenticate", header(SchemaType.STRING, "Bearer"));
            case "429" ->
                problem.description(tooMany(response.getDescription()))
                        .addHeader("Retry-After", header(SchemaType.INTEGER, "Seconds"))
                        .addHeader("RateLimit-Policy", header(SchemaType.STRING, "\"minute\";q=300;w=60"))
                        .addHeader("RateLimit", header(SchemaType.STRING, "\"minute\";r=0;t=60"));
            case "503" -> problem.addHeader("Retry-After", header(SchemaType.INTEGER, "Seconds"));
            default -> problem;
        };
    }

    /** Where a quota refuses too, the code tells one from the other. */
    private static String tooMany(String ofTheRoute) {
        return ofTheRoute.equals(TOO_MANY) ? TOO_MANY : ofTheRoute + "; or: " + TOO_MANY;
    }

    private static Schema problem() {
        Schema fieldError = object("One wrong field")
                .addProperty("field", text("As sent"))
                .addProperty("message", text("What it must be"));
        return object("RFC 9457, with a stable code. Some codes carry members of their own.")
                .addProperty("type", text("urn:tokentally:problem: and the code"))
                .addProperty("title", text("The status in words"))
                .addProperty("status", OASFactory.createSchema().addType(SchemaType.INTEGER))
                .addProperty("detail", text("A sentence to act on"))
                .addProperty(
                        "success",
                        OASFactory.createSchema().addType(SchemaType.BOOLEAN).constValue(false))
                .addProperty("code", text("Stable: decide by this"))
                .addProperty(
                        "errors",
                        OASFactory.createSchema()
                                .addType(SchemaType.ARRAY)
                                .description("With invalid_input: all wrong fields at once")
                                .items(fieldError))
                .addRequired("type")
                .addRequired("title")
                .addRequired("status")
                .addRequired("detail")
                .addRequired("success")
                .addRequired("code");
    }

    private static Schema reference() {
        return OASFactory.createSchema().ref(SCHEMA);
    }

    private static Schema object(String description) {
        return OASFactory.createSchema().addType(SchemaType.OBJECT).description(description);
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(SchemaType.STRING).description(description);
    }

    private static Header header(SchemaType type, String description) {
        return OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema().addType(type));
    }
}

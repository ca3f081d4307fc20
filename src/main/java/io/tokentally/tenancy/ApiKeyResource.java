package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonMembers;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.Uuids;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/keys")
@Tag(name = "API keys")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class ApiKeyResource {

    private static final long DEFAULT_OVERLAP_SECONDS = Duration.ofDays(1).toSeconds();
    private static final long LONGEST_OVERLAP_SECONDS = Duration.ofDays(90).toSeconds();

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final ApiKeys keys;
    private final Clock clock;

    ApiKeyResource(Caller caller, TenantTransactions transactions, Tenants tenants, ApiKeys keys, Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.keys = keys;
        this.clock = clock;
    }

    @POST
    @ResponseStatus(201)
    @Operation(
            operationId = "createKey",
            summary = "Create an API key",
            description = "The key is in this answer and never again; it is kept as a hash. It is sent as"
                    + " Authorization: Bearer, like an access token.")
    @RequestBody(
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = NewApiKey.Body.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created; keep data.key now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ApiKeyBody.class)))
    public Success<ApiKeyView> create(JsonNode body) {
        NewApiKey wanted =
                NewApiKey.read(body, Roles.thatMayBeGivenBy(caller.principal().roles()), clock.instant());
        return Success.of(transactions.write(caller.tenant(), transaction -> {
            tenants.forWriting(transaction, caller.tenant());
            return keys.create(transaction, caller.tenant(), wanted);
        }));
    }

    /** @param next send it as {@code before} to read on; null at the end */
    public record ApiKeyPage(
            List<ApiKeyView> keys, @Schema(nullable = true) UUID next) {}

    @GET
    @Operation(operationId = "listKeys", summary = "The tenant's API keys, newest first, without their secrets")
    @APIResponse(responseCode = "200", description = "The keys, those that count no longer included")
    public Success<ApiKeyPage> list(
            @Parameter(
                            description = "Keys to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Continues after the page whose next this is") @QueryParam("before") String before,
            @Parameter(description = "Keys that stand for this user") @QueryParam("userId") String userId,
            @Parameter(
                            description = "true: keys that stand for a person; false: the others",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("personal")
                    String personal,
            @Parameter(schema = @Schema(implementation = ApiKeyView.State.class)) @QueryParam("state") String state) {
        var parameters = new QueryParameters();
        long most = parameters.number("limit", limit, 100, 1, 1_000);
        UUID end = parameters.id("before", before);
        ApiKeyFilter wanted = ApiKeyFilter.read(parameters, userId, personal, state);
        parameters.mustBeGood();
        List<ApiKeyView> page = transactions.read(
                caller.tenant(), transaction -> keys.page(transaction, caller.tenant(), wanted, end, most));
        return Success.of(
                new ApiKeyPage(page, page.size() < most ? null : page.getLast().id()));
    }

    /** The form of the body, for the API page. */
    @Schema(name = "KeyRotation")
    record Rotation(
            @JsonProperty("overlap_seconds")
            @Schema(description = "How long the old key goes on counting, 0 to 7776000", defaultValue = "86400")
            Long overlapSeconds,

            @JsonProperty("expires_at") @Schema(description = "Of the new key; absent: as the old one was to expire")
            Instant expiresAt) {}

    @POST
    @Path("{keyId}/rotation")
    @ResponseStatus(201)
    @Operation(
            operationId = "rotateKey",
            summary = "Replace an API key, with a time in which both count",
            description = "The new key has the name, roles and user of the old one.")
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(implementation = Rotation.class)))
    @APIResponse(
            responseCode = "201",
            description = "The new key; keep data.key now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ApiKeyBody.class)))
    @APIResponse(responseCode = "404", description = "No such key (not_found)")
    @APIResponse(responseCode = "409", description = "The key counts no longer, or was rotated before (key_ended)")
    public Success<ApiKeyView> rotate(String keyId, JsonNode body) {
        UUID id = id(keyId);
        var members = new JsonMembers(body);
        Duration overlap = Duration.ofSeconds(
                members.number("overlap_seconds", DEFAULT_OVERLAP_SECONDS, 0, LONGEST_OVERLAP_SECONDS));
        Instant expiresAt = NewApiKey.future(members, clock.instant());
        members.mustBeGood();
        return Success.of(transactions.write(caller.tenant(), transaction -> {
            tenants.forWriting(transaction, caller.tenant());
            return keys.rotate(transaction, caller.tenant(), id, overlap, expiresAt);
        }));
    }

    @DELETE
    @Path("{keyId}")
    @Operation(
            operationId = "revokeKey",
            summary = "Revoke an API key",
            description = "At once and on every replica. It stays in the list.")
    @APIResponse(responseCode = "204", description = "Revoked, now or before")
    @APIResponse(responseCode = "404", description = "No such key (not_found)")
    public void revoke(String keyId) {
        UUID id = id(keyId);
        transactions.write(caller.tenant(), transaction -> {
            keys.revoke(transaction, caller.tenant(), id);
            return null;
        });
    }

    /** The envelope, for the API page. */
    @Schema(name = "SuccessApiKey")
    record ApiKeyBody(boolean success, ApiKeyView data) {}

    /** What is no id is the id of nothing. */
    private static UUID id(String text) {
        return Uuids.parse(text).orElseThrow(NotFound::new);
    }
}

package io.tokentally.intake;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.ledger.Ledger;
import io.tokentally.ledger.Outcome;
import io.tokentally.pricing.Cost;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.Success;
import io.tokentally.shared.Uuids;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/events/{id}/reversal")
@Tag(name = "Recording")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ReversalResource {

    private static final int MAX_REASON = 1_000;

    private final Caller caller;
    private final Ledger ledger;

    ReversalResource(Caller caller, Ledger ledger) {
        this.caller = caller;
        this.ledger = ledger;
    }

    /** The form of the body, for the API page. */
    @Schema(name = "Reverse")
    record Body(
            @Schema(required = true, description = "Why, for accounting", examples = "recorded twice")
            String reason) {}

    /**
     * @param id of the reversal's own row
     * @param reverses the id of the event that is undone
     * @param totalCost USD, what the reversal adds: the event's cost, negated; null when that was unpriced
     */
    public record Reversed(
            UUID id,
            UUID reverses,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal totalCost) {

        private static Reversed of(UUID id, UUID event, Cost cost) {
            return new Reversed(id, event, cost == null ? null : cost.total());
        }
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            operationId = "reverseUsage",
            summary = "Undo a recorded event, once",
            description = "Adds a row that takes back all numbers of the event, on the same day. The event stays.")
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(implementation = Body.class)))
    @APIResponse(
            responseCode = "201",
            description = "Undone",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ReversedBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "Undone before, for the same reason: the first answer",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ReversedBody.class)))
    @APIResponse(responseCode = "404", description = "There is no such event (not_found)")
    @APIResponse(
            responseCode = "409",
            description =
                    "Undone before, for another reason (already_reversed), or it is a reversal itself (not_reversible)")
    public Response reverse(String id, JsonNode body) {
        UUID event = Uuids.parse(id).orElseThrow(NotFound::new);
        return switch (ledger.reverse(caller.tenant(), event, reason(body))) {
            case Outcome.Recorded now -> answer(201, Reversed.of(now.id(), event, now.cost()));
            case Outcome.Duplicate before -> answer(200, Reversed.of(before.id(), event, before.cost()));
            case Outcome.Conflict conflict -> throw new IllegalStateException("the ledger refuses it");
            case Outcome.BeyondRetention sealed -> throw new BeyondRetention(sealed.openFrom());
            case Outcome.Rejected rejected -> throw rejected.failure();
        };
    }

    private static String reason(JsonNode body) {
        if (body == null || !body.isObject()) {
            throw new InvalidInput("body", "must be a JSON object");
        }
        var fields = new Fields(body);
        Optional<String> reason = fields.requiredText("reason", MAX_REASON);
        fields.refuseUnknown();
        if (!fields.errors().isEmpty()) {
            throw new InvalidInput(fields.errors());
        }
        return reason.orElseThrow();
    }

    private static Response answer(int status, Reversed reversed) {
        return Response.status(status).entity(Success.of(reversed)).build();
    }

    /** The envelope, for the API page. */
    record ReversedBody(boolean success, Reversed data) {}
}

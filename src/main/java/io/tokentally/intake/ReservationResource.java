package io.tokentally.intake;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.ledger.Ledger;
import io.tokentally.ledger.Reservation;
import io.tokentally.quota.Spend;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.Success;
import io.tokentally.shared.Uuids;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/reservations")
@Tag(name = "Limits")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed(Roles.SERVICE)
public class ReservationResource {

    private final Caller caller;
    private final Ledger ledger;

    ReservationResource(Caller caller, Ledger ledger) {
        this.caller = caller;
        this.ledger = ledger;
    }

    /**
     * @param held what the call may use at most: never part of what is used
     * @param available what is left beside it under the user's and the tenant's limits together; null: unlimited
     */
    public record Granted(
            @JsonProperty("reservation_id") UUID reservationId,
            @JsonProperty("expires_at") Instant expiresAt,
            Spend held,
            Spend available) {

        private static Granted of(Reservation reservation) {
            return new Granted(reservation.id(), reservation.expiresAt(), reservation.held(), reservation.available());
        }
    }

    @POST
    @Operation(
            operationId = "reserveUsage",
            summary = "Hold the most one call may use, before it is made",
            description =
                    "Granted only if used and held, this included, fit every limit of the user and of the tenant, with"
                            + " any number of callers at once. Record the call with reservation_id to settle it; release it"
                            + " when no call was made; else it expires.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = ReservationReader.Body.class)))
    @APIResponse(
            responseCode = "201",
            description = "Held",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = GrantedBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "The first reservation of the same Idempotency-Key",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = GrantedBody.class)))
    @APIResponse(responseCode = "400", description = "Wrong fields, all named (invalid_input)")
    @APIResponse(
            responseCode = "422",
            description =
                    "The Idempotency-Key was used with another body (idempotency_key_reused), or a cost limit applies and"
                            + " the model has no known price (unpriced_model)")
    @APIResponse(
            responseCode = "429",
            description =
                    "It would not fit a monthly limit (quota_exceeded); nothing is held. Retry-After may be weeks.")
    @APIResponse(
            responseCode = "503",
            description = "Too busy, or the database is away; nothing is held if it says busy")
    public Response reserve(
            @Parameter(description = "The same key gives the same reservation; a refusal is not remembered")
                    @HeaderParam("Idempotency-Key")
                    String idempotencyKey,
            JsonNode body) {
        Reservation reservation = ledger.reserve(caller.tenant(), ReservationReader.read(body, idempotencyKey));
        return Response.status(reservation.repeated() ? 200 : 201)
                .entity(Success.of(Granted.of(reservation)))
                .build();
    }

    @DELETE
    @Path("/{reservationId}")
    @Operation(operationId = "releaseReservation", summary = "Return what is held: the call was not made")
    @APIResponse(responseCode = "204", description = "Nothing is held any more, now or since it expired")
    @APIResponse(responseCode = "404", description = "There is no such reservation (not_found)")
    @APIResponse(responseCode = "409", description = "An event has settled it (reservation_settled)")
    public void release(String reservationId) {
        ledger.release(caller.tenant(), Uuids.parse(reservationId).orElseThrow(NotFound::new));
    }

    /** The envelope, for the API page. */
    record GrantedBody(boolean success, Granted data) {}
}

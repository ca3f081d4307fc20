package io.tokentally.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.intake.RecordAnswers.ManyRecorded;
import io.tokentally.intake.RecordAnswers.OneRecorded;
import io.tokentally.ledger.Ledger;
import io.tokentally.ledger.Outcome;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.quota.BalanceView;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/events")
@Tag(name = "Recording")
@RunOnVirtualThread
public class UsageEventResource {

    static final int MOST_EVENTS = 10_000;

    private final Caller caller;
    private final Ledger ledger;
    private final Clock clock;

    UsageEventResource(Caller caller, Ledger ledger, Clock clock) {
        this.caller = caller;
        this.ledger = ledger;
        this.clock = clock;
    }

    @POST
    @RolesAllowed({Roles.SERVICE, Roles.ADMIN})
    @Operation(
            operationId = "recordUsage",
            summary = "Record one LLM call, or an array of up to 10,000",
            description =
                    "An answer of 200 or 201 means committed. With event_id (or the Idempotency-Key header for one"
                            + " event) a call counts once, however often it is sent; without either, a repeated request counts"
                            + " twice. In an array every event has its own result: one bad event sinks no other.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(oneOf = {UsageEvent.class, UsageEvent[].class})))
    @APIResponse(
            responseCode = "201",
            description = "One event, recorded",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = RecordAnswers.OneRecordedBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "One event that was recorded before, with its first answer; or an array, a result per event",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema =
                                    @Schema(
                                            oneOf = {
                                                RecordAnswers.OneRecordedBody.class,
                                                RecordAnswers.ManyRecordedBody.class
                                            })))
    @APIResponse(responseCode = "400", description = "Wrong fields, all named (invalid_input); nothing was written")
    @APIResponse(
            responseCode = "409",
            description = "This event_id was recorded with other content (event_conflict), or the event lies in a month"
                    + " that is no longer kept (beyond_retention); nothing was changed")
    @APIResponse(responseCode = "413", description = "More than 10,000 events or 16 MiB (too_large)")
    @APIResponse(
            responseCode = "503",
            description = "The database is away, full or busy; Retry-After says when to send the same again")
    public Response record(
            @Parameter(description = "Stands for event_id when one event has none; quoted or not")
                    @HeaderParam("Idempotency-Key")
                    String idempotencyKey,
            JsonNode body) {
        if (body == null || !body.isContainerNode()) {
            throw new InvalidInput("body", "must be a JSON object or an array of them");
        }
        if (body.isArray() && idempotencyKey != null) {
            throw new InvalidInput(
                    IdempotencyKey.HEADER, "stands for one event; give each event of an array an event_id");
        }
        return body.isArray() ? many(body) : one(body, idempotencyKey);
    }

    private Response one(JsonNode body, String idempotencyKey) {
        RecordUsage command = switch (UsageEventReader.read(body, clock.instant())) {
            case UsageEventReader.Accepted accepted -> IdempotencyKey.apply(idempotencyKey, accepted.command());
            case UsageEventReader.Refused refused -> throw new InvalidInput(refused.errors());
        };
        Ledger.Recorded answer = ledger.record(caller.tenant(), command);
        BalanceView balance = BalanceView.of(answer.standing());
        return switch (answer.outcome()) {
            case Outcome.Recorded recorded ->
                answer(201, OneRecorded.of(recorded.id(), recorded.cost(), recorded.reservation(), balance));
            case Outcome.Duplicate duplicate ->
                answer(200, OneRecorded.of(duplicate.id(), duplicate.cost(), duplicate.reservation(), balance));
            case Outcome.Conflict conflict -> throw new EventConflict();
            case Outcome.BeyondRetention sealed -> throw new BeyondRetention(sealed.openFrom());
            case Outcome.Rejected rejected -> throw rejected.failure();
        };
    }

    private Response many(JsonNode events) {
        if (events.size() > MOST_EVENTS) {
            throw new TooManyEvents();
        }
        Instant now = clock.instant();
        var read = new ArrayList<UsageEventReader.Outcome>();
        events.forEach(event -> read.add(UsageEventReader.read(event, now)));
        List<RecordUsage> commands = read.stream()
                .filter(UsageEventReader.Accepted.class::isInstance)
                .map(event -> ((UsageEventReader.Accepted) event).command())
                .toList();
        List<Outcome> outcomes = commands.isEmpty() ? List.of() : ledger.record(caller.tenant(), commands);
        return answer(200, ManyRecorded.of(read, outcomes));
    }

    private static Response answer(int status, Object data) {
        return Response.status(status).entity(Success.of(data)).build();
    }
}

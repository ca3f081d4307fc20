package io.tokentally.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.intake.RecordAnswers.ManyRecorded;
import io.tokentally.intake.RecordAnswers.OneRecorded;
import io.tokentally.ledger.Ledger;
import io.tokentally.ledger.Outcome;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.quota.BalanceView;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.Success;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/events")
@Tag(name = "Recording")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class UsageEventResource {

    private static final String NDJSON_SUBTYPE = "x-ndjson";
    private static final String NDJSON = "application/" + NDJSON_SUBTYPE;

    private final Caller caller;
    private final Ledger ledger;
    private final ObjectMapper json;
    private final Clock clock;
    private final long mostBytes;

    UsageEventResource(
            Caller caller,
            Ledger ledger,
            ObjectMapper json,
            Clock clock,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize most) {
        this.caller = caller;
        this.ledger = ledger;
        this.json = json;
        this.clock = clock;
        this.mostBytes = most.asLongValue();
    }

    @POST
    @Consumes({MediaType.APPLICATION_JSON, NDJSON})
    @RolesAllowed({Roles.SERVICE, Roles.ADMIN})
    @Operation(
            operationId = "recordUsage",
            summary = "Record one LLM call, or up to 10,000 as an array or as NDJSON",
            description =
                    "An answer of 200 or 201 means committed. With event_id (or the Idempotency-Key header for one"
                            + " event) a call counts once, however often it is sent; without either, a repeated request counts"
                            + " twice. In an array, and in NDJSON, every event has its own result: one bad event sinks no"
                            + " other. The index in a result counts from 0; blank lines of NDJSON are not counted.")
    @RequestBody(
            description = "At most 10,000 events and 16 MiB, unpacked; gzip is read (Content-Encoding)",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(oneOf = {UsageEvent.class, UsageEvent[].class})),
                @Content(mediaType = NDJSON, schema = @Schema(implementation = UsageEvent.class))
            })
    @APIResponse(
            responseCode = "201",
            description = "One event, recorded",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = RecordAnswers.OneRecordedBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "One event that was recorded before, with its first answer; or of many, a result per event",
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
    @APIResponse(
            responseCode = "413",
            description = "More than 10,000 events or 16 MiB, unpacked (too_large); nothing was written")
    @APIResponse(
            responseCode = "415",
            description = "Neither JSON nor NDJSON (unsupported_media_type), packed other than by gzip"
                    + " (unsupported_encoding), or an unknown charset (unsupported_charset)")
    @APIResponse(
            responseCode = "503",
            description =
                    "The database is away, full or busy; Retry-After says when to send the same again. Many events"
                            + " are written in chunks: detail says when some of them are recorded already")
    public Response record(
            @Parameter(description = "Stands for event_id when one event has none; quoted or not")
                    @HeaderParam("Idempotency-Key")
                    String idempotencyKey,
            @Parameter(
                            description = "How the body is packed, if it is",
                            schema = @Schema(type = SchemaType.STRING, enumeration = "gzip"))
                    @HeaderParam("Content-Encoding")
                    String encoding,
            @Context HttpHeaders headers,
            InputStream body) {
        TenantId tenant = caller.tenant();
        return switch (read(body, encoding, headers.getMediaType())) {
            case SentEvents.One one -> one(tenant, one.event(), idempotencyKey);
            case SentEvents.Many many -> {
                IdempotencyKey.refuseForMany(idempotencyKey);
                yield many(tenant, many.events());
            }
        };
    }

    private SentEvents read(InputStream wire, String encoding, MediaType type) {
        InputStream body = SentBytes.open(wire, encoding, type, mostBytes);
        boolean isNdjson = type != null && type.getSubtype().equalsIgnoreCase(NDJSON_SUBTYPE);
        return isNdjson ? SentEvents.lines(body, json, clock.instant()) : SentEvents.json(body, json, clock.instant());
    }

    private Response one(TenantId tenant, UsageEventReader.Outcome event, String idempotencyKey) {
        RecordUsage command = switch (event) {
            case UsageEventReader.Accepted accepted -> IdempotencyKey.apply(idempotencyKey, accepted.command());
            case UsageEventReader.Refused refused -> throw new InvalidInput(refused.errors());
        };
        Ledger.Recorded answer = ledger.record(tenant, command);
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

    private Response many(TenantId tenant, List<UsageEventReader.Outcome> events) {
        List<RecordUsage> commands = events.stream()
                .filter(UsageEventReader.Accepted.class::isInstance)
                .map(event -> ((UsageEventReader.Accepted) event).command())
                .toList();
        List<Outcome> outcomes = Chunks.record(commands, chunk -> ledger.record(tenant, chunk));
        return answer(200, ManyRecorded.of(events, outcomes));
    }

    private static Response answer(int status, Object data) {
        return Response.status(status).entity(Success.of(data)).build();
    }
}

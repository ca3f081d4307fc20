package io.tokentally.ledger;

import io.tokentally.shared.TokenCounts;
import io.tokentally.shared.UserId;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;

/**
 * The command to record one call to an LLM. A door has already checked it: every value fits its column.
 *
 * @param userId who consumed; null when the call belongs to the tenant only
 * @param userIdIsNumber whether the caller wrote the id as a JSON integer; a user first seen so is written so
 * @param endpoint the application's feature or route that made the call
 * @param provider who sold the call, or null: the price book knows the model's vendor
 * @param source the sender's name for itself; with {@code eventId} it identifies the call for ever
 * @param eventId null when the caller gave none: then a repeated request counts twice
 * @param occurredAt when the call happened, to the microsecond; null means when its reservation was granted, or without
 *     one at receipt
 * @param responseTimeMs null when unknown
 * @param success whether the call succeeded; a failed call counts as a call
 * @param cacheHit answered from the caller's own cache: no call, cost 0
 * @param reservationId the reservation this call settles; null: it had none
 * @param tags the caller's own labels: text, numbers ({@code BigDecimal}) and booleans
 */
public record RecordUsage(
        UserId userId,
        boolean userIdIsNumber,
        String endpoint,
        String provider,
        String model,
        TokenCounts tokens,
        String source,
        String eventId,
        Instant occurredAt,
        String sessionId,
        String problemId,
        String gradeLevel,
        String callType,
        String scope,
        String gitBranch,
        Long responseTimeMs,
        boolean success,
        String errorMessage,
        boolean cacheHit,
        SortedMap<String, Object> tags,
        Set<Flag> flags,
        UUID reservationId) {

    public static final String DEFAULT_SOURCE = "api";

    public RecordUsage withEventId(String id) {
        return new RecordUsage(
                userId,
                userIdIsNumber,
                endpoint,
                provider,
                model,
                tokens,
                source,
                id,
                occurredAt,
                sessionId,
                problemId,
                gradeLevel,
                callType,
                scope,
                gitBranch,
                responseTimeMs,
                success,
                errorMessage,
                cacheHit,
                tags,
                flags,
                reservationId);
    }
}

package io.tokentally.ledger;

import io.tokentally.shared.JsonUserId;
import java.time.Duration;

/**
 * The command to hold what one call may use at most. A door has already checked it.
 *
 * @param user null: on the tenant's own limits only
 * @param provider null: the model's vendor
 * @param promptTokens the most the prompt may have
 * @param maxCompletionTokens the most the answer may have
 * @param ttl how long the hold lasts unless it is settled or released
 * @param idempotencyKey null: a repeated request holds again
 */
public record ReserveUsage(
        JsonUserId user,
        String provider,
        String model,
        long promptTokens,
        long maxCompletionTokens,
        Duration ttl,
        String idempotencyKey) {}

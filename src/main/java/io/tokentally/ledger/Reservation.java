package io.tokentally.ledger;

import io.tokentally.quota.Spend;
import java.time.Instant;
import java.util.UUID;

/**
 * A hold that was granted.
 *
 * @param expiresAt exclusive: at this instant the hold is no more
 * @param available what is left beside it under the user's and the tenant's limits together
 * @param repeated whether this is the first answer to the same Idempotency-Key
 */
public record Reservation(UUID id, Instant expiresAt, Spend held, Spend available, boolean repeated) {}

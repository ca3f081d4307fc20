package io.tokentally.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an event that names a reservation found. The event is recorded in any case. */
public enum ReservationStatus {
    /** Held until now, and settled by this event. */
    @JsonProperty("settled")
    SETTLED,
    /** Its time was over; the hold had been returned. */
    @JsonProperty("expired")
    EXPIRED,
    @JsonProperty("released")
    RELEASED,
    /** Another event settled it first. */
    @JsonProperty("already_settled")
    ALREADY_SETTLED,
    /** There is none of this id, or it is another user's. */
    @JsonProperty("unknown")
    UNKNOWN
}

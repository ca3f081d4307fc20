package io.tokentally.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one request to erase a person did. Sent again after it was cut short, it tells of the rest.
 *
 * @param erased false when nobody of the id is known, also because they were erased before
 * @param eventsCleared events whose free fields held something
 * @param sessionsChanged sessions that lost the person's events, or went with them
 * @param keysRevoked API keys of the person that counted until now
 */
public record ErasureReport(
        boolean erased,
        @JsonProperty("events_cleared") long eventsCleared,
        @JsonProperty("sessions_changed") long sessionsChanged,
        @JsonProperty("keys_revoked") long keysRevoked) {

    static final ErasureReport OF_NOBODY = new ErasureReport(false, 0, 0, 0);
}

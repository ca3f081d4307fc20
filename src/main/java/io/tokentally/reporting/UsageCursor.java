package io.tokentally.reporting;

import io.tokentally.shared.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Base64;
import java.util.UUID;

/** The last row of a page, or of a file that was cut. Opaque to callers. */
public record UsageCursor(LocalDate day, UUID id) {

    public String encoded() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((day + " " + id).getBytes(StandardCharsets.US_ASCII));
    }

    /** Null when absent. */
    public static UsageCursor read(QueryParameters parameters, String name, String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ");
            var at = new UsageCursor(LocalDate.parse(parts[0]), UUID.fromString(parts[1]));
            if (QueryParameters.isInRange(at.day)) {
                return at;
            }
        } catch (RuntimeException notOurs) {
            // named below like one out of range
        }
        parameters.wrong(name, "must be one that a previous answer gave");
        return null;
    }
}

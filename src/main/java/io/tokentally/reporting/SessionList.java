package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Sessions with calls in some days, by what these calls came to.
 *
 * @param start as of a breakdown, like the other members
 */
public record SessionList(
        @JsonProperty("start_date") @Schema(nullable = true) LocalDate start,

        @JsonProperty("end_date") @Schema(nullable = true) LocalDate end,

        @JsonProperty("time_zone") String timeZone,
        @Schema(enumeration = {"sums", "rows"}) String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        Figures total,
        List<Row> sessions,
        @Schema(nullable = true) Long groups,
        long limit,
        long offset) {

    /**
     * @param first of the whole session, whatever the days; of one user's calls only, of theirs in these days
     * @param last likewise
     * @param sums of its calls in these days
     */
    @Schema(name = "SessionListRow")
    public record Row(
            @JsonProperty("session_id") String id,
            @JsonProperty("first_call") Instant first,
            @JsonProperty("last_call") Instant last,
            Figures sums,
            Breakdown.Share share) {}
}

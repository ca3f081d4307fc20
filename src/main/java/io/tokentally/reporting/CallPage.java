package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Single calls.
 *
 * @param startDate the first day that was looked at, inclusive
 * @param endDate the last one, inclusive
 * @param source always {@code rows}: single calls are read, and not their sums
 * @param beyondRetention calls before this day are no longer kept; null: the range has none of them
 * @param next send it as {@code cursor} to read on; null at the end
 */
record CallPage(
        @JsonProperty("start_date") LocalDate startDate,
        @JsonProperty("end_date") LocalDate endDate,
        String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        List<RecordedCall> calls,
        @Schema(nullable = true) String next) {

    static final String ROWS = "rows";

    /** @param found one more than {@code limit} when more follow */
    static CallPage of(DateRange days, LocalDate beyondRetention, List<RecordedCall> found, long limit) {
        boolean isCut = found.size() > limit;
        List<RecordedCall> calls = isCut ? found.subList(0, (int) limit) : found;
        RecordedCall last = isCut ? calls.getLast() : null;
        return new CallPage(
                days.first(),
                days.last(),
                ROWS,
                beyondRetention,
                calls,
                last == null ? null : new UsageCursor(last.day(), last.id()).encoded());
    }
}

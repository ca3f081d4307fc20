package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The calls that took longest, slowest first; members as of {@link CallPage}. What was undone is not among them. */
record SlowCalls(
        @JsonProperty("start_date") LocalDate startDate,
        @JsonProperty("end_date") LocalDate endDate,
        String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        List<RecordedCall> calls) {}

package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Calls over time: every step is there, also one without a call. The groups and {@code other} add up to {@code total}.
 *
 * @param by null: not told apart
 * @param start the first day in the tenant's zone
 * @param end the last day, all of it
 * @param timeZone the tenant's, today
 * @param source as of a breakdown
 * @param beyondRetention as of a breakdown
 * @param groups the dearest, dearest first
 * @param other all other groups; null where there are none
 */
@Schema(name = "Series")
public record UsageSeries(
        @Schema(nullable = true) String by,

        @Schema(enumeration = {"hour", "day", "week", "month"})
        String step,

        @JsonProperty("start_date") LocalDate start,
        @JsonProperty("end_date") LocalDate end,
        @JsonProperty("time_zone") String timeZone,
        @Schema(enumeration = {"sums", "rows"}) String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        List<Point> total,
        List<Line> groups,
        @Schema(nullable = true) List<Point> other) {

    /** As of a breakdown. */
    UsageSeries withoutNames() {
        return new UsageSeries(
                by,
                step,
                start,
                end,
                timeZone,
                source,
                beyondRetention,
                total,
                groups.stream()
                        .map(line -> new Line(line.key, null, line.points))
                        .toList(),
                other);
    }

    /**
     * @param key as of a breakdown
     * @param username where told apart by user; not for a service
     */
    @Schema(name = "SeriesLine")
    public record Line(
            @Schema(type = SchemaType.OBJECT) Map<String, Object> key,
            @Schema(nullable = true) String username,
            List<Point> points) {}

    /**
     * @param start a day, or for hours an instant with the tenant's offset; a week begins on Monday, and the first and the
     *     last week and month are cut where the days are
     * @param cost USD, of priced calls; null: calls were made and none of them is priced
     * @param users distinct users with a call; null but in the total of all calls by day, week or month
     */
    @Schema(name = "SeriesPoint")
    public record Point(
            String start,
            long calls,
            @JsonProperty("failed_calls") long failedCalls,
            @JsonProperty("cache_hits") long cacheHits,
            @JsonProperty("unpriced_calls") long unpricedCalls,
            @JsonProperty("prompt_tokens") long promptTokens,
            @JsonProperty("completion_tokens") long completionTokens,
            @JsonProperty("total_tokens") long totalTokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost,

            @JsonProperty("avg_response_time_ms") @Schema(nullable = true)
            Long averageResponseTime,

            @Schema(nullable = true) Long users) {}
}

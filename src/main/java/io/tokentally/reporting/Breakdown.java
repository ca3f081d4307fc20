package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Calls told apart by one or two things, a page at a time. What it adds up to is {@code total}, whatever the page.
 *
 * @param by as asked for
 * @param start the first day in the tenant's zone; null: since ever
 * @param end the last day, all of it; null: until ever
 * @param timeZone the tenant's, today
 * @param source {@code sums}: answered from sums, whatever the history; {@code rows}: single calls were read
 * @param beyondRetention from which day on the answer is whole, where single calls were read and older ones are no longer kept
 * @param total of all that was asked for
 * @param users distinct users with a call in these days; null where only some calls are asked for, and of other days than
 *     one, a month or ever unless told apart by user
 * @param groups how many there are on all pages; null: not counted
 */
public record Breakdown(
        List<String> by,

        @JsonProperty("start_date") @Schema(nullable = true) LocalDate start,

        @JsonProperty("end_date") @Schema(nullable = true) LocalDate end,

        @JsonProperty("time_zone") String timeZone,
        @Schema(enumeration = {"sums", "rows"}) String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        Figures total,
        @Schema(nullable = true) Long users,
        List<Row> rows,
        @Schema(nullable = true) Long groups,
        long limit,
        long offset) {

    /** For a reader who needs no names: a backend knows its users by id. */
    Breakdown withoutNames() {
        return new Breakdown(
                by,
                start,
                end,
                timeZone,
                source,
                beyondRetention,
                total,
                users,
                rows.stream()
                        .map(row -> new Row(row.key, null, null, row.erased, row.sums, row.share))
                        .toList(),
                groups,
                limit,
                offset);
    }

    /**
     * @param key the values by the names of {@code by}; null: calls without one
     * @param username where told apart by user; not for a service
     * @param email likewise
     * @param erased where told apart by user: a person who was erased, and whose calls stay
     */
    @Schema(name = "BreakdownRow")
    public record Row(
            @Schema(type = SchemaType.OBJECT) Map<String, Object> key,
            @JsonInclude(JsonInclude.Include.NON_NULL) String username,
            @JsonInclude(JsonInclude.Include.NON_NULL) String email,
            @JsonInclude(JsonInclude.Include.NON_NULL) Boolean erased,
            Figures sums,
            Share share) {}

    /** Parts of the total, to 6 decimals; null where the total is nothing, or not known. */
    @Schema(name = "BreakdownShare")
    public record Share(
            @Schema(nullable = true) BigDecimal calls,

            @JsonProperty("total_tokens") @Schema(nullable = true)
            BigDecimal tokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost) {

        static Share of(Figures part, Figures whole) {
            return new Share(
                    Figures.rate(BigDecimal.valueOf(part.calls()), BigDecimal.valueOf(whole.calls())),
                    Figures.rate(BigDecimal.valueOf(part.totalTokens()), BigDecimal.valueOf(whole.totalTokens())),
                    Figures.rate(part.totalCost(), whole.totalCost()));
        }
    }
}

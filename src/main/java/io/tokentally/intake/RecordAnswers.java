package io.tokentally.intake;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokentally.ledger.Outcome;
import io.tokentally.ledger.ReservationStatus;
import io.tokentally.pricing.Cost;
import io.tokentally.quota.BalanceView;
import io.tokentally.shared.FieldError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What {@code POST /api/usage/events} answers. */
final class RecordAnswers {

    private RecordAnswers() {}

    /**
     * @param priced false when no price is known for the model: then the costs are null, never zero
     * @param inputCost USD, exact
     * @param reservationStatus what became of the reservation that the event named; absent when it named none
     * @param limits where the user stands this month with this call counted; the tenant, when the call has no user
     */
    @Schema(requiredProperties = {"id", "priced", "limits"})
    public record OneRecorded(
            UUID id,
            boolean priced,

            @JsonProperty("input_cost") @Schema(nullable = true)
            BigDecimal inputCost,

            @JsonProperty("output_cost") @Schema(nullable = true)
            BigDecimal outputCost,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal totalCost,

            @JsonProperty("reservation_status") @JsonInclude(JsonInclude.Include.NON_NULL)
            ReservationStatus reservationStatus,

            BalanceView limits) {

        static OneRecorded of(UUID id, Cost cost, ReservationStatus reservation, BalanceView limits) {
            return cost == null
                    ? new OneRecorded(id, false, null, null, null, reservation, limits)
                    : new OneRecorded(id, true, cost.input(), cost.output(), cost.total(), reservation, limits);
        }
    }

    enum Status {
        @JsonProperty("recorded")
        RECORDED,
        @JsonProperty("duplicate")
        DUPLICATE,
        @JsonProperty("conflict")
        CONFLICT,
        @JsonProperty("rejected")
        REJECTED
    }

    /** @param index the event's place in the request, from 0 */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Result(
            int index,
            Status status,
            UUID id,
            @JsonProperty("reservation_status") ReservationStatus reservationStatus,
            List<FieldError> errors) {

        static Result of(int index, Outcome outcome) {
            return switch (outcome) {
                case Outcome.Recorded recorded ->
                    new Result(index, Status.RECORDED, recorded.id(), recorded.reservation(), null);
                case Outcome.Duplicate duplicate ->
                    new Result(index, Status.DUPLICATE, duplicate.id(), duplicate.reservation(), null);
                case Outcome.Conflict conflict ->
                    refused(index, Status.CONFLICT, List.of(new FieldError("event_id", EventConflict.SENTENCE)));
                case Outcome.BeyondRetention sealed ->
                    refused(index, Status.REJECTED, List.of(BeyondRetention.error(sealed.openFrom())));
                case Outcome.Rejected rejected ->
                    refused(index, Status.REJECTED, List.of(new FieldError("event", "could not be written")));
            };
        }

        private static Result refused(int index, Status status, List<FieldError> errors) {
            return new Result(index, status, null, null, errors);
        }
    }

    /** The counts add up to the number of events sent. */
    @Schema(requiredProperties = {"recorded", "duplicates", "conflicts", "rejected", "results"})
    public record ManyRecorded(long recorded, long duplicates, long conflicts, long rejected, List<Result> results) {

        /** @param outcomes of the accepted events, in their order */
        static ManyRecorded of(List<UsageEventReader.Outcome> read, List<Outcome> outcomes) {
            Iterator<Outcome> next = outcomes.iterator();
            var results = new ArrayList<Result>(read.size());
            for (int index = 0; index < read.size(); index++) {
                results.add(
                        switch (read.get(index)) {
                            case UsageEventReader.Accepted accepted -> Result.of(index, next.next());
                            case UsageEventReader.Refused refused ->
                                Result.refused(index, Status.REJECTED, refused.errors());
                        });
            }
            return new ManyRecorded(
                    count(results, Status.RECORDED),
                    count(results, Status.DUPLICATE),
                    count(results, Status.CONFLICT),
                    count(results, Status.REJECTED),
                    results);
        }

        private static long count(List<Result> results, Status status) {
            return results.stream().filter(result -> result.status == status).count();
        }
    }

    /** The envelope of one, for the API page. */
    @Schema(requiredProperties = {"success", "data"})
    record OneRecordedBody(boolean success, OneRecorded data) {}

    /** The envelope of many, for the API page. */
    @Schema(requiredProperties = {"success", "data"})
    record ManyRecordedBody(boolean success, ManyRecorded data) {}
}

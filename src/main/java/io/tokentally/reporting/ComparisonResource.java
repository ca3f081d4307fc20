package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.reporting.DateRange.Otherwise;
import io.tokentally.reporting.SavingsReport.Question;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.Text;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Whether a change paid off. */
@Path("/api/usage")
@Tag(name = "Breakdowns")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.SERVICE, Roles.MEMBER})
public class ComparisonResource {

    private static final long DEFAULT_DAYS = 30;
    private static final long MOST_TOKENS = 1_000_000_000;

    private static final String NOT_YOURS = "Somebody else's calls, which are not yours to see (not_found)";
    private static final String TOO_MUCH = "Reading that many calls takes too long (too_much_to_read)";

    private final Caller caller;
    private final TenantCalendar calendar;
    private final Comparisons comparisons;
    private final SavingsReport savings;

    ComparisonResource(Caller caller, TenantCalendar calendar, Comparisons comparisons, SavingsReport savings) {
        this.caller = caller;
        this.calendar = calendar;
        this.comparisons = comparisons;
        this.savings = savings;
    }

    @GET
    @Revalidated
    @Path("comparison")
    @Operation(
            operationId = "compareUsage",
            summary = "The same calls before and after",
            description = "After: the days as of every report, the last 30 unless named. Before: the days named, or as"
                    + " many right before. Answered from sums or from single calls as a breakdown is. A member sees"
                    + " only their own.")
    @APIResponse(responseCode = "200", description = "Both periods, and the change in percent")
    @APIResponse(responseCode = "304", description = "What If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = NOT_YOURS)
    @APIResponse(responseCode = "422", description = TOO_MUCH)
    public Success<Comparison> comparison(
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "The first day before; together with beforeEndDate",
                            schema = @Schema(type = SchemaType.STRING, format = "date", examples = "2026-01-01"))
                    @QueryParam("beforeStartDate")
                    String beforeStartDate,
            @Parameter(
                            description = "The last day before, all of it",
                            schema = @Schema(type = SchemaType.STRING, format = "date", examples = "2026-01-15"))
                    @QueryParam("beforeEndDate")
                    String beforeEndDate) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        UsageFilter asked = filter.read(parameters, Otherwise.lastDays(DEFAULT_DAYS), () -> calendar.today(tenant));
        DateRange before = before(parameters, beforeStartDate, beforeEndDate);
        parameters.mustBeGood();
        UsageFilter after = asked.asSeenBy(caller);
        SumsQuery now = SumsQuery.of(after, List.of());
        DateRange earlier = before == null ? after.days().before() : before;
        if (earlier == null) {
            parameters.wrong("startDate", "must leave a day before it to compare with");
            parameters.mustBeGood();
        }
        SumsQuery then = SumsQuery.of(after.during(earlier), List.of());
        filter.mustBeShortEnough(parameters, now);
        mustBeShortEnough(parameters, then);
        return Success.of(comparisons.of(tenant, then, now));
    }

    /** Null when absent or wrong. */
    private static DateRange before(QueryParameters parameters, String startDate, String endDate) {
        LocalDate start = parameters.day("beforeStartDate", startDate);
        LocalDate end = parameters.day("beforeEndDate", endDate);
        if ((startDate == null) != (endDate == null)) {
            parameters.wrong(
                    startDate == null ? "beforeStartDate" : "beforeEndDate",
                    "must be sent together with the other end");
        }
        if (start == null || end == null) {
            return null;
        }
        if (end.isBefore(start)) {
            parameters.wrong("beforeStartDate", "must not be after beforeEndDate");
            return null;
        }
        return new DateRange(start, end);
    }

    private static void mustBeShortEnough(QueryParameters parameters, SumsQuery before) {
        if (before.rollup().isEmpty() && before.filter().days().isTooLongForRows()) {
            parameters.wrong(
                    "beforeStartDate",
                    "must give at most " + DateRange.MOST_DAYS_OF_ROWS + " days: single calls are read");
            parameters.mustBeGood();
        }
    }

    @GET
    @Revalidated
    @Path("savings")
    @Operation(
            operationId = "getSavings",
            summary = "What deciding the scope of requests saves",
            description = "A cheap call decides whether a request is in scope; one that is not is spared the dear call."
                    + " All time unless days are named. A member sees only their own.")
    @APIResponse(responseCode = "200", description = "Savings, overhead and the net of both")
    @APIResponse(responseCode = "304", description = "What If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = NOT_YOURS)
    @APIResponse(responseCode = "422", description = TOO_MUCH)
    public Success<Savings> savings(
            @Parameter(
                            description = "The call type that decides",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "classification"))
                    @QueryParam("gateCallType")
                    String gateCallType,
            @Parameter(
                            description = "The call type that is spared",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "conversation"))
                    @QueryParam("sparedCallType")
                    String sparedCallType,
            @Parameter(
                            description = "The scope whose requests are spared it",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "OUT_OF_SCOPE"))
                    @QueryParam("outOfScope")
                    String outOfScope,
            @Parameter(
                            description = "Prompt tokens that a spared call would have taken; unless it is sent, a"
                                    + " spared call costs what the others cost on average",
                            schema = @Schema(type = SchemaType.INTEGER))
                    @QueryParam("tokensPerCall")
                    String tokensPerCall,
            @BeanParam FilterParameters filter) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        UsageFilter asked = filter.read(parameters, DateRange.OR_ALL_TIME, () -> calendar.today(tenant));
        String gate = name(parameters, "gateCallType", gateCallType, "classification");
        String spared = name(parameters, "sparedCallType", sparedCallType, "conversation");
        String scope = name(parameters, "outOfScope", outOfScope, "OUT_OF_SCOPE");
        long tokens = parameters.number("tokensPerCall", tokensPerCall, 0, 0, MOST_TOKENS);
        mustLeaveOpen(parameters, asked, Dimension.CALL_TYPE);
        mustLeaveOpen(parameters, asked, Dimension.SCOPE);
        parameters.mustBeGood();
        var question = new Question(asked.asSeenBy(caller), gate, spared, scope, tokensPerCall == null ? null : tokens);
        filter.mustBeShortEnough(parameters, question.gate());
        return Success.of(savings.of(tenant, question));
    }

    private static String name(QueryParameters parameters, String name, String sent, String absent) {
        return sent == null ? absent : parameters.text(name, sent, Text.MAX_NAME_BYTES);
    }

    private static void mustLeaveOpen(QueryParameters parameters, UsageFilter filter, Dimension dimension) {
        if (filter.values().containsKey(dimension)) {
            parameters.wrong(dimension.parameter(), "is what this report tells apart, and cannot be a filter of it");
        }
    }
}

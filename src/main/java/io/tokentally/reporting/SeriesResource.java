package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.reporting.DateRange.Otherwise;
import io.tokentally.reporting.Steps.Size;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/series")
@Tag(name = "Breakdowns")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.SERVICE, Roles.MEMBER})
public class SeriesResource {

    private static final long DEFAULT_DAYS = 30;
    private static final long MOST_LINES = 50;

    private final Caller caller;
    private final TenantCalendar calendar;
    private final SeriesReport series;

    SeriesResource(Caller caller, TenantCalendar calendar, SeriesReport series) {
        this.caller = caller;
        this.calendar = calendar;
        this.series = series;
    }

    @GET
    @Revalidated
    @Operation(
            operationId = "getSeries",
            summary = "Calls over time, steps without a call included",
            description =
                    "The last 30 days unless days are named. Days, weeks and months are answered from sums as a"
                            + " breakdown is; hours are read from single calls, of at most 92 days. A member sees only their own.")
    @APIResponse(responseCode = "200", description = "The series")
    @APIResponse(responseCode = "304", description = "What If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = "Somebody else's calls, which are not yours to see (not_found)")
    @APIResponse(responseCode = "422", description = "Reading that many calls takes too long (too_much_to_read)")
    public Success<UsageSeries> series(
            @Parameter(
                            description = "A line for each of the dearest of one of user, endpoint, model, provider,"
                                    + " call_type, scope, session, git_branch, source, success, tag:KEY",
                            schema = @Schema(type = SchemaType.STRING, examples = "model"))
                    @QueryParam("by")
                    String by,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"hour", "day", "week", "month"},
                                            defaultValue = "day"))
                    @QueryParam("step")
                    String step,
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "Lines to return, 1 to 50; the rest is in other",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "10"))
                    @QueryParam("limit")
                    String limit) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        List<GroupBy> keys = GroupBy.read(parameters, "by", by, 1);
        Size size = parameters.oneOf("step", step, Size.class, Size.DAY);
        UsageFilter asked = filter.read(parameters, Otherwise.lastDays(DEFAULT_DAYS), () -> calendar.today(tenant));
        long most = parameters.number("limit", limit, 10, 1, MOST_LINES);
        filter.mustBeOfSomeDays(parameters, asked);
        parameters.mustBeGood();
        SumsQuery query = query(asked.asSeenBy(caller), keys, size);
        filter.mustBeShortEnough(parameters, query);
        UsageSeries answer = series.of(tenant, query, size, most);
        return Success.of(caller.isOnlyService() ? answer.withoutNames() : answer);
    }

    private static SumsQuery query(UsageFilter filter, List<GroupBy> by, Size size) {
        return size == Size.HOUR ? SumsQuery.ofRows(filter, by) : SumsQuery.of(filter, by);
    }
}

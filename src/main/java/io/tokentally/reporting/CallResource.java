package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/calls")
@Tag(name = "Calls")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.MEMBER})
public class CallResource {

    private static final long DEFAULT_DAYS = 30;
    private static final long DEFAULT_DAYS_OF_SLOW_CALLS = 7;

    private static final String NOT_YOURS = "Somebody else's calls, which are not yours to see (not_found)";
    private static final String TOO_MUCH = "Reading that many calls takes too long (too_much_to_read)";

    private final Caller caller;
    private final TenantCalendar calendar;
    private final Calls calls;

    CallResource(Caller caller, TenantCalendar calendar, Calls calls) {
        this.caller = caller;
        this.calendar = calendar;
        this.calls = calls;
    }

    @GET
    @Operation(
            operationId = "getCalls",
            summary = "Single calls, newest first",
            description = "By the day of the tenant's zone, and in it as they were recorded. The last 30 days unless"
                    + " days are named, at most 92. A member sees only their own.")
    @APIResponse(responseCode = "200", description = "The page")
    @APIResponse(responseCode = "404", description = NOT_YOURS)
    @APIResponse(responseCode = "422", description = TOO_MUCH)
    public Success<CallPage> calls(
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "ASC: oldest first",
                            schema =
                                    @Schema(
                                            enumeration = {"ASC", "DESC"},
                                            defaultValue = "DESC"))
                    @QueryParam("order")
                    String order,
            @Parameter(
                            description = "Calls to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "50"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Continues after the page whose next this is; of the same order")
                    @QueryParam("cursor")
                    String cursor) {
        var parameters = new QueryParameters();
        UsageFilter wanted = filter.readForRows(parameters, DEFAULT_DAYS, this::today);
        CallOrder page = CallOrder.read(parameters, order, limit, cursor);
        parameters.mustBeGood();
        return Success.of(calls.page(caller.tenant(), wanted.asSeenBy(caller), page));
    }

    @GET
    @Path("slow")
    @Operation(
            operationId = "getSlowCalls",
            summary = "The calls that took longest, slowest first",
            description = "Of the last 7 days unless days are named, at most 92. Calls that were undone are left out. A"
                    + " member sees only their own.")
    @APIResponse(responseCode = "200", description = "The calls")
    @APIResponse(responseCode = "404", description = NOT_YOURS)
    @APIResponse(responseCode = "422", description = TOO_MUCH)
    public Success<SlowCalls> slow(
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "Calls to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "50"))
                    @QueryParam("limit")
                    String limit) {
        var parameters = new QueryParameters();
        UsageFilter wanted = filter.readForRows(parameters, DEFAULT_DAYS_OF_SLOW_CALLS, this::today);
        long most = parameters.number("limit", limit, CallOrder.DEFAULT_LIMIT, 1, CallOrder.MOST);
        parameters.mustBeGood();
        return Success.of(calls.slow(caller.tenant(), wanted.asSeenBy(caller), most));
    }

    @GET
    @Path("failed")
    @Operation(
            operationId = "getFailedCalls",
            summary = "Why calls fail, most frequent first",
            description = "By endpoint, model and error message, of the last 30 days unless days are named, at most 92."
                    + " The calls themselves: /api/usage/calls?success=false. A member sees only their own.")
    @APIResponse(responseCode = "200", description = "The reasons")
    @APIResponse(responseCode = "404", description = NOT_YOURS)
    @APIResponse(responseCode = "422", description = TOO_MUCH)
    public Success<FailedCalls> failed(
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "Reasons to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "50"))
                    @QueryParam("limit")
                    String limit) {
        var parameters = new QueryParameters();
        UsageFilter wanted = filter.readForRows(parameters, DEFAULT_DAYS, this::today);
        long most = parameters.number("limit", limit, CallOrder.DEFAULT_LIMIT, 1, CallOrder.MOST);
        if ("true".equals(wanted.values().get(Dimension.SUCCESS))) {
            parameters.wrong("success", "must be false here, or left out");
        }
        parameters.mustBeGood();
        return Success.of(
                calls.failed(caller.tenant(), wanted.without(Dimension.SUCCESS).asSeenBy(caller), most));
    }

    private LocalDate today() {
        return calendar.today(caller.tenant());
    }
}

package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
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

/** What a person may know of themselves: whoever the credential stands for, and nobody else. */
@Path("/api/usage/me")
@Tag(name = "Self")
@RunOnVirtualThread
@RolesAllowed({Roles.MEMBER, Roles.ADMIN, Roles.SERVICE})
public class MeResource {

    private static final long DEFAULT_DAYS = 30;
    private static final long MOST_DAYS = 3_660;

    private final Caller caller;
    private final Reports reports;
    private final SelfView self;
    private final Calls calls;

    MeResource(Caller caller, Reports reports, SelfView self, Calls calls) {
        this.caller = caller;
        this.reports = reports;
        this.self = self;
        this.calls = calls;
    }

    @GET
    @Operation(
            operationId = "getMyUsage",
            summary = "My use: all time, this month, and what is left",
            description = "Zeros for who has not been seen yet.")
    @APIResponse(responseCode = "200", description = "My usage")
    public Success<UserUsage> usage() {
        return Success.of(reports.self(caller.tenant(), caller.user()));
    }

    @GET
    @Path("recent")
    @Operation(operationId = "getMyRecentCalls", summary = "My calls, newest first")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<RecentCalls> recent(
            @Parameter(
                            description = "Calls to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "50"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Continues after the page whose next this is") @QueryParam("cursor")
                    String cursor) {
        var parameters = new QueryParameters();
        CallOrder newestFirst = CallOrder.read(parameters, limit, cursor);
        parameters.mustBeGood();
        UsageFilter mine = UsageFilter.of(Dimension.USER, caller.user().value());
        return Success.of(RecentCalls.of(calls.page(caller.tenant(), mine, newestFirst)));
    }

    @GET
    @Path("daily")
    @Operation(
            operationId = "getMyDailyUsage",
            summary = "My use by day, newest first, days without a call included",
            description = "Days of the tenant's zone; exactly as many as asked for, today included.")
    @APIResponse(responseCode = "200", description = "The days")
    public Success<List<MyDay>> daily(
            @Parameter(
                            description = "Days to include, 1 to 3660",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "30"))
                    @QueryParam("days")
                    String days) {
        var parameters = new QueryParameters();
        long wanted = parameters.number("days", days, DEFAULT_DAYS, 1, MOST_DAYS);
        parameters.mustBeGood();
        return Success.of(self.days(caller.tenant(), caller.user(), wanted));
    }
}

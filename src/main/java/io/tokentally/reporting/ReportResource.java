package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.UserId;
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

@Path("/api/usage")
@Tag(name = "Reports")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class ReportResource {

    private static final long DEFAULT_DAYS = 30;
    private static final long MOST_DAYS = 3_660;

    private final Caller caller;
    private final Reports reports;

    ReportResource(Caller caller, Reports reports) {
        this.caller = caller;
        this.reports = reports;
    }

    @GET
    @Path("stats")
    @Operation(operationId = "getStats", summary = "The whole tenant: all time, this month, today")
    public Success<Stats> stats() {
        return Success.of(reports.stats(caller.tenant()));
    }

    @GET
    @Revalidated
    @Path("summary")
    @Operation(operationId = "getSummary", summary = "Users with at least one call, a page at a time")
    @APIResponse(responseCode = "200", description = "The page")
    @APIResponse(responseCode = "304", description = "What If-None-Match names still holds")
    public Success<UserSummary> summary(
            @Parameter(
                            description = "Users to return, 1 to 10000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Users to skip", schema = @Schema(type = SchemaType.INTEGER, defaultValue = "0"))
                    @QueryParam("offset")
                    String offset,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {
                                                "user_id",
                                                "username",
                                                "email",
                                                "total_calls",
                                                "total_tokens",
                                                "total_cost",
                                                "last_call"
                                            },
                                            defaultValue = "total_cost"))
                    @QueryParam("sortBy")
                    String sortBy,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"ASC", "DESC"},
                                            defaultValue = "DESC"))
                    @QueryParam("order")
                    String order) {
        return Success.of(reports.summary(caller.tenant(), SummaryPage.read(limit, offset, sortBy, order)));
    }

    @GET
    @Path("user/{userId}")
    @RolesAllowed({Roles.ADMIN, Roles.SERVICE, Roles.MEMBER})
    @Operation(
            operationId = "getUserUsage",
            summary = "One user: all time, this month, and what is left",
            description = "A member sees only themselves.")
    @APIResponse(responseCode = "200", description = "The user's usage")
    @APIResponse(responseCode = "404", description = "Never seen, or not yours to see (not_found)")
    public Success<UserUsage> user(String userId) {
        UserId user = JsonUserId.fromText("userId", userId);
        caller.mustBeAllowedToSee(user);
        return Success.of(reports.user(caller.tenant(), user));
    }

    @GET
    @Path("endpoint")
    @Operation(operationId = "getEndpointUsage", summary = "By endpoint and model, dearest first")
    public Success<List<EndpointUsage>> endpoint() {
        return Success.of(reports.endpoints(caller.tenant()));
    }

    @GET
    @Path("daily")
    @Operation(
            operationId = "getDailyUsage",
            summary = "By day, newest first, days without a call included",
            description = "Days of the tenant's zone; exactly as many as asked for, today included.")
    @APIResponse(responseCode = "200", description = "The days")
    public Success<List<DailyUsage>> daily(
            @Parameter(
                            description = "Days to include, 1 to 3660",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "30"))
                    @QueryParam("days")
                    String days) {
        var parameters = new QueryParameters();
        long wanted = parameters.number("days", days, DEFAULT_DAYS, 1, MOST_DAYS);
        parameters.mustBeGood();
        return Success.of(reports.days(caller.tenant(), wanted));
    }
}

package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/breakdown")
@Tag(name = "Breakdowns")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.SERVICE, Roles.MEMBER})
public class BreakdownResource {

    private final Caller caller;
    private final TenantCalendar calendar;
    private final Breakdowns breakdowns;

    BreakdownResource(Caller caller, TenantCalendar calendar, Breakdowns breakdowns) {
        this.caller = caller;
        this.calendar = calendar;
        this.breakdowns = breakdowns;
    }

    @GET
    @Revalidated
    @Operation(
            operationId = "getBreakdown",
            summary = "Calls told apart by one or two things",
            description =
                    "All time unless days are named, or the last 30 days where single calls are read. Answered from sums, whatever the history, where they can"
                            + " tell these calls apart: by user, by session, or by any of the others, each with filters of its"
                            + " own kind. Else single calls are read, of at most 92 days. A member sees only their own.")
    @APIResponse(responseCode = "200", description = "The page")
    @APIResponse(responseCode = "304", description = "What If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = "Somebody else's calls, which are not yours to see (not_found)")
    @APIResponse(responseCode = "422", description = "Reading that many calls takes too long (too_much_to_read)")
    public Success<Breakdown> breakdown(
            @Parameter(
                            description = "One of user, endpoint, model, provider, call_type, scope, session,"
                                    + " git_branch, source, success, tag:KEY; or two of them, with a comma between",
                            required = true,
                            schema = @Schema(type = SchemaType.STRING, examples = "endpoint,model"))
                    @QueryParam("by")
                    String by,
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "Groups to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Groups to skip", schema = @Schema(type = SchemaType.INTEGER, defaultValue = "0"))
                    @QueryParam("offset")
                    String offset,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {
                                                "calls",
                                                "failed_calls",
                                                "cache_hits",
                                                "unpriced_calls",
                                                "prompt_tokens",
                                                "completion_tokens",
                                                "total_tokens",
                                                "input_cost",
                                                "output_cost",
                                                "total_cost",
                                                "avg_tokens_per_call",
                                                "avg_cost_per_call",
                                                "avg_response_time"
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
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        BreakdownPage page = BreakdownPage.read(parameters, limit, offset, sortBy, order);
        AskedBreakdown asked = AskedBreakdown.read(parameters, by, filter, page, caller, () -> calendar.today(tenant));
        Breakdown breakdown = breakdowns.of(tenant, asked.query(), page);
        return Success.of(caller.isOnlyService() ? breakdown.withoutNames() : breakdown);
    }
}

package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/sessions")
@Tag(name = "Calls")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.MEMBER})
public class SessionResource {

    private static final String DEFAULT_SESSIONS = "20";

    private final Caller caller;
    private final TenantCalendar calendar;
    private final Sessions sessions;
    private final SessionLists lists;

    SessionResource(Caller caller, TenantCalendar calendar, Sessions sessions, SessionLists lists) {
        this.caller = caller;
        this.calendar = calendar;
        this.sessions = sessions;
        this.lists = lists;
    }

    @GET
    @Revalidated
    @Operation(
            operationId = "getSessions",
            summary = "Sessions, the dearest first",
            description =
                    "With the calls they had in the last 30 days, unless days are named; answered from sums, unless"
                            + " a filter other than sessionId asks for single calls, of at most 92 days. A member sees their own"
                            + " calls, as if there were no others.")
    @APIResponse(responseCode = "200", description = "The page")
    @APIResponse(responseCode = "304", description = "What If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = "Somebody else's calls, which are not yours to see (not_found)")
    @APIResponse(responseCode = "422", description = "Reading that many calls takes too long (too_much_to_read)")
    public Success<SessionList> sessions(
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "Sessions to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "20"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(
                            description = "Sessions to skip",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "0"))
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
        BreakdownPage page =
                BreakdownPage.read(parameters, limit == null ? DEFAULT_SESSIONS : limit, offset, sortBy, order);
        AskedBreakdown asked =
                AskedBreakdown.readSessions(parameters, filter, page, caller, () -> calendar.today(tenant));
        return Success.of(lists.of(tenant, asked.query(), page));
    }

    @GET
    @Path("{sessionId}")
    @Operation(
            operationId = "getSession",
            summary = "One session: what it came to, and its calls from the first",
            description = "What was undone is not counted. The id is one segment of the path: a slash in it is %2F. A"
                    + " member sees their own calls of it, as if there were no others.")
    @APIResponse(responseCode = "200", description = "The session")
    @APIResponse(responseCode = "404", description = "Never seen, or not yours to see (not_found)")
    @APIResponse(responseCode = "422", description = "Reading its calls takes too long (too_much_to_read)")
    public Success<OneSession> session(
            String sessionId,
            @Parameter(
                            description = "Calls to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "50"))
                    @QueryParam("limit")
                    String limit) {
        var parameters = new QueryParameters();
        String id = parameters.text("sessionId", sessionId, Text.MAX_ID_BYTES);
        long most = parameters.number("limit", limit, CallOrder.DEFAULT_LIMIT, 1, CallOrder.MOST);
        parameters.mustBeGood();
        UsageFilter filter = UsageFilter.of(Dimension.SESSION, id).asSeenBy(caller);
        return Success.of(sessions.one(caller.tenant(), filter, most));
    }
}

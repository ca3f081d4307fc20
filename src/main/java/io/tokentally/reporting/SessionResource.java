package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.Text;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
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
@RolesAllowed({Roles.ADMIN, Roles.SERVICE, Roles.MEMBER})
public class SessionResource {

    private final Caller caller;
    private final Sessions sessions;

    SessionResource(Caller caller, Sessions sessions) {
        this.caller = caller;
        this.sessions = sessions;
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

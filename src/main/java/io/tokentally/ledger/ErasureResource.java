package io.tokentally.ledger;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/users")
@Tag(name = "Users")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class ErasureResource {

    private final Caller caller;
    private final Erasure erasure;

    ErasureResource(Caller caller, Erasure erasure) {
        this.caller = caller;
        this.erasure = erasure;
    }

    @DELETE
    @Path("{userId}")
    @Operation(
            operationId = "eraseUser",
            summary = "Erase a person",
            description = "Who they were, and what their events carry in event_id, session_id, problem_id, grade_level,"
                    + " error_message, tags, and a git_branch named after them, is gone for ever; their API keys are"
                    + " revoked. All numbers stay, as those of nobody. The answer comes when all is done; cut short, the"
                    + " same request does the rest. The same id later is a new person.")
    @APIResponse(
            responseCode = "200",
            description = "What was erased; also when nobody of this id is known, or is any more")
    public Success<ErasureReport> erase(String userId) {
        return Success.of(erasure.erase(caller.tenant(), JsonUserId.fromText("userId", userId)));
    }
}

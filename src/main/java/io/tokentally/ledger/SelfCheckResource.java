package io.tokentally.ledger;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/platform/self-check")
@Tag(name = "Platform")
@RunOnVirtualThread
@RolesAllowed(Roles.PLATFORM_ADMIN)
public class SelfCheckResource {

    private final SelfCheck selfCheck;

    SelfCheckResource(SelfCheck selfCheck) {
        this.selfCheck = selfCheck;
    }

    @GET
    @Operation(
            operationId = "selfCheck",
            summary = "Prove that rows, rollups, balances and views agree",
            description = "Reads everything, so it may take minutes. A difference names the figure, what the rows give"
                    + " and what was found; a user by the key, not the id. One check runs at a time"
                    + " (503 self_check_running).")
    @APIResponse(responseCode = "200", description = "What was checked, and each difference")
    @APIResponse(responseCode = "404", description = "No such tenant (not_found)")
    public Success<SelfCheckReport> check(
            @Parameter(description = "Only this tenant; all of them when absent") @QueryParam("tenant") String tenant) {
        return Success.of(tenant == null ? selfCheck.ofAll() : selfCheck.of(tenant));
    }

    @POST
    @Path("rebuild")
    @Operation(
            operationId = "rebuildSums",
            summary = "Make a tenant's rollups and balances anew from the rows",
            description = "In one transaction, beside the traffic; only what is wrong is written.")
    @APIResponse(responseCode = "200", description = "What was changed")
    @APIResponse(responseCode = "404", description = "No such tenant (not_found)")
    public Success<Rebuilt> rebuild(
            @Parameter(description = "Whose", required = true) @QueryParam("tenant") String tenant) {
        if (tenant == null) {
            throw new InvalidInput("tenant", "is required");
        }
        return Success.of(selfCheck.rebuild(tenant));
    }
}

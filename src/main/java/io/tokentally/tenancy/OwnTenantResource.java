package io.tokentally.tenancy;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.Success;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/tenant")
@Tag(name = "Tenants")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class OwnTenantResource {

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final AuditLog audit;
    private final Clock clock;

    OwnTenantResource(Caller caller, TenantTransactions transactions, Tenants tenants, AuditLog audit, Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.audit = audit;
        this.clock = clock;
    }

    @GET
    @Operation(operationId = "getOwnTenant", summary = "One's own organisation and its settings")
    @APIResponse(responseCode = "200", description = "The tenant")
    public Success<TenantView> get() {
        return view(transactions.read(caller.tenant(), transaction -> tenants.get(transaction, caller.tenant())));
    }

    @PUT
    @Operation(
            operationId = "putOwnTenant",
            summary = "Change one's own organisation's settings",
            description = "What is absent stays as it is. The limits of the whole tenant are the operator's to set.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = TenantChange.Body.class)))
    @APIResponse(responseCode = "200", description = "The tenant as it stands now")
    public Success<TenantView> put(JsonNode body) {
        TenantChange change = TenantChange.ofAdmin(body, clock.instant());
        return view(transactions.write(caller.tenant(), transaction -> {
            Tenant tenant = tenants.forWriting(transaction, caller.tenant());
            Tenant changed = tenants.change(transaction, tenant.id(), change);
            audit.write(
                    transaction,
                    tenant.id(),
                    AuditEntry.of(AuditAction.TENANT_CHANGED, tenant.id().value(), change.details()));
            return changed;
        }));
    }

    private Success<TenantView> view(Tenant tenant) {
        return Success.of(TenantView.of(tenant, clock.instant()));
    }
}

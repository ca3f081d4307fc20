package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.Success;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a credential says of its bearer, for whoever only holds it: access tokens of a provider are no program's to read. */
@Path("/api/caller")
@Tag(name = "Self")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.MEMBER, Roles.SERVICE, Roles.PLATFORM_ADMIN})
public class CallerResource {

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Clock clock;

    CallerResource(Caller caller, TenantTransactions transactions, Tenants tenants, Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.clock = clock;
    }

    /**
     * @param tenant null for an operator, who belongs to none
     * @param zone of the tenant's days and months, now
     * @param userId null for a backend, and for an admin who is no user
     * @param expiresAt when the credential ends; null: never
     */
    @Schema(name = "CallerView")
    public record View(
            @Schema(nullable = true) String tenant,

            @JsonProperty("tenant_name") @Schema(nullable = true)
            String tenantName,

            @Schema(nullable = true) String zone,

            @JsonProperty("user_id") @Schema(nullable = true)
            String userId,

            List<String> roles,

            @JsonProperty("expires_at") @Schema(nullable = true)
            Instant expiresAt) {}

    @GET
    @Operation(
            operationId = "getCaller",
            summary = "Who I am: my organisation, its time zone, my roles, and when my credential ends")
    @APIResponse(responseCode = "200", description = "The caller")
    public Success<View> get() {
        Principal principal = caller.principal();
        Optional<Tenant> tenant = principal.tenant().map(this::tenant);
        return Success.of(new View(
                principal.tenant().map(TenantId::value).orElse(null),
                tenant.map(Tenant::name).orElse(null),
                tenant.map(known -> known.zones().at(clock.instant()).getId()).orElse(null),
                principal.user().map(UserId::value).orElse(null),
                principal.roles().stream().sorted().toList(),
                principal.until()));
    }

    private Tenant tenant(TenantId id) {
        return transactions.read(id, transaction -> tenants.get(transaction, id));
    }
}

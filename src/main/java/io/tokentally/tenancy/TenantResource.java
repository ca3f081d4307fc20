package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.Success;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.Text;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/tenants")
@Tag(name = "Tenants")
@RunOnVirtualThread
public class TenantResource {

    private static final int MAX_NAME = 200;

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Clock clock;

    TenantResource(TenantTransactions transactions, Tenants tenants, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.clock = clock;
    }

    @POST
    @RolesAllowed(Roles.PLATFORM_ADMIN)
    @ResponseStatus(201)
    @Operation(
            operationId = "createTenant",
            summary = "Create a tenant",
            description = "With the four default tiers. The zone decides where its days and months begin.")
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = TenantBody.class)))
    @APIResponse(responseCode = "409", description = "A tenant of this id exists (tenant_exists)")
    public Success<TenantView> create(NewTenant body) {
        NewTenant tenant = NewTenant.checked(body);
        TenantId id = new TenantId(tenant.id());
        Tenant created = transactions.write(
                id,
                transaction ->
                        tenants.create(transaction, id, tenant.name(), ZoneId.of(tenant.zone()), tenant.defaultTier()));
        return Success.of(TenantView.of(created, clock.instant()));
    }

    /**
     * @param id 1 to 63 of a-z 0-9 . _ -
     * @param name shown to people; the id when absent
     * @param zone an IANA time zone such as Europe/Berlin; UTC when absent
     * @param defaultTier the tier of users who have none; free when absent
     */
    public record NewTenant(
            String id,
            String name,
            String zone,
            @JsonProperty("default_tier") String defaultTier) {

        static NewTenant checked(NewTenant body) {
            var errors = new ArrayList<FieldError>();
            if (body == null) {
                throw new InvalidInput("id", "is required");
            }
            if (!TenantId.isValid(body.id)) {
                errors.add(new FieldError("id", "must be 1 to 63 of a-z 0-9 . _ - and begin with a letter or digit"));
            }
            if (body.name != null && !Text.isName(body.name, MAX_NAME)) {
                errors.add(new FieldError("name", "must be text of 1 to 200 bytes"));
            }
            if (body.zone != null && !isZone(body.zone)) {
                errors.add(new FieldError("zone", "must be an IANA time zone such as Europe/Berlin"));
            }
            if (!errors.isEmpty()) {
                throw new InvalidInput(errors);
            }
            return new NewTenant(
                    body.id,
                    body.name == null ? body.id : body.name,
                    body.zone == null ? "UTC" : body.zone,
                    body.defaultTier == null ? Tenant.FIRST_DEFAULT_TIER : body.defaultTier);
        }

        private static boolean isZone(String zone) {
            try {
                ZoneId.of(zone);
                return zone.equals("UTC") || zone.contains("/");
            } catch (DateTimeException notAZone) {
                return false;
            }
        }
    }

    /** The envelope, for the API page. */
    @Schema(name = "SuccessTenantView")
    record TenantBody(boolean success, TenantView data) {}

    /** @param zone in force now */
    public record TenantView(
            String id,
            String name,
            String zone,
            @JsonProperty("default_tier") String defaultTier) {

        static TenantView of(Tenant tenant, Instant now) {
            return new TenantView(
                    tenant.id().value(), tenant.name(), tenant.zones().at(now).getId(), tenant.defaultTier());
        }
    }
}

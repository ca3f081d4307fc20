package io.tokentally.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.LimitsReader;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditEntry;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/tiers")
@Tag(name = "Limits")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class TierResource {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Tiers tiers;
    private final AuditLog audit;

    TierResource(Caller caller, TenantTransactions transactions, Tenants tenants, Tiers tiers, AuditLog audit) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.tiers = tiers;
        this.audit = audit;
    }

    @GET
    @Operation(operationId = "listTiers", summary = "The tenant's tiers and their monthly limits")
    public Success<List<TierView>> list() {
        return Success.of(transactions.read(
                caller.tenant(), transaction -> tiers.views(caller.tenant().value())));
    }

    @PUT
    @Path("{tier}")
    @Operation(
            operationId = "putTier",
            summary = "Create a tier or replace its limits",
            description = "An absent or null limit is unlimited. In force at once, also for what is used already.")
    @RequestBody(
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = MonthlyLimits.class)))
    public Success<TierView> put(String tier, JsonNode body) {
        MonthlyLimits limits = read(tier, body);
        return Success.of(transactions.write(caller.tenant(), transaction -> {
            String tenantId =
                    tenants.forWriting(transaction, caller.tenant()).id().value();
            tiers.save(tenantId, tier, limits);
            audit.write(
                    transaction,
                    caller.tenant(),
                    AuditEntry.of(AuditAction.TIER_CHANGED, tier, Map.of("limits", limits)));
            return new TierView(tier, limits);
        }));
    }

    private static MonthlyLimits read(String tier, JsonNode body) {
        var errors = new ArrayList<FieldError>();
        if (!NAME.matcher(tier).matches()) {
            errors.add(
                    new FieldError("tier", "must be 1 to 63 letters, digits, . _ - and begin with a letter or digit"));
        }
        if (body == null) {
            errors.add(new FieldError("body", "must be a JSON object"));
        }
        ObjectNode limits = body == null ? null : LimitsReader.read("", body, errors);
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return LimitsReader.asLimits(limits);
    }
}

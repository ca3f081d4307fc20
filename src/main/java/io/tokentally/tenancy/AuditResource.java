package io.tokentally.tenancy;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.AuditTrail.AuditPage;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api")
@Tag(name = "Audit")
@RunOnVirtualThread
public class AuditResource {

    private static final String LIMIT = "Entries to return, 1 to 1000";
    private static final String BEFORE = "Continues after the page whose next this is";
    private static final String ACTION = "Only this action, such as tier.changed";

    /** What was asked for, checked. */
    private record Wanted(AuditAction action, UUID before, long limit) {

        static Wanted read(String limit, String before, String action) {
            var parameters = new QueryParameters();
            var wanted = new Wanted(
                    AuditAction.read(parameters, action),
                    parameters.id("before", before),
                    parameters.number("limit", limit, 100, 1, 1_000));
            parameters.mustBeGood();
            return wanted;
        }
    }

    private final Caller caller;
    private final TenantTransactions transactions;
    private final AuditTrail trail;

    AuditResource(Caller caller, TenantTransactions transactions, AuditTrail trail) {
        this.caller = caller;
        this.transactions = transactions;
        this.trail = trail;
    }

    @GET
    @Path("audit")
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            operationId = "listAudit",
            summary = "Who did what in this tenant, newest first",
            description =
                    "Every admin change, export and erasure, and each one-time link that signed somebody in. Entries are added and never changed.")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<AuditPage> ofTenant(
            @Parameter(description = LIMIT, schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = BEFORE) @QueryParam("before") String before,
            @Parameter(description = ACTION) @QueryParam("action") String action) {
        Wanted wanted = Wanted.read(limit, before, action);
        return Success.of(transactions.read(
                caller.tenant(),
                transaction ->
                        trail.page(transaction, caller.tenant().value(), wanted.action, wanted.before, wanted.limit)));
    }

    @GET
    @Path("platform/audit")
    @RolesAllowed(Roles.PLATFORM_ADMIN)
    @Operation(
            operationId = "listPlatformAudit",
            summary = "What the operators did, newest first",
            description =
                    "It outlives the tenants it tells of. A one-time link stands here (link.used) when it signed in an"
                            + " operator, or somebody of a tenant that was not there yet or not active: the subject is the tenant.")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<AuditPage> ofPlatform(
            @Parameter(description = LIMIT, schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = BEFORE) @QueryParam("before") String before,
            @Parameter(description = ACTION) @QueryParam("action") String action) {
        Wanted wanted = Wanted.read(limit, before, action);
        return Success.of(transactions.readPlatform(transaction ->
                trail.page(transaction, TenantTransactions.PLATFORM, wanted.action, wanted.before, wanted.limit)));
    }
}

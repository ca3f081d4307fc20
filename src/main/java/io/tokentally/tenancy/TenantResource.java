package io.tokentally.tenancy;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.TenantId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** The operator's view of tenants: who they are and whether they may come in, nothing of what they use. */
@Path("/api/tenants")
@Tag(name = "Tenants")
@RunOnVirtualThread
@RolesAllowed(Roles.PLATFORM_ADMIN)
public class TenantResource {

    private static final int MAX_ID_BYTES = 63;

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Offboarding offboarding;
    private final AuditLog audit;
    private final Clock clock;

    TenantResource(
            TenantTransactions transactions, Tenants tenants, Offboarding offboarding, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.offboarding = offboarding;
        this.audit = audit;
        this.clock = clock;
    }

    @POST
    @ResponseStatus(201)
    @Operation(
            operationId = "createTenant",
            summary = "Create a tenant",
            description = "With the four default tiers. The zone decides where its days and months begin.")
    @RequestBody(
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = NewTenant.Body.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = TenantBody.class)))
    @APIResponse(responseCode = "409", description = "The id is taken, or was once (tenant_exists)")
    public Success<TenantView> create(JsonNode body) {
        NewTenant wanted = NewTenant.read(body);
        return view(transactions.writeAsPlatform(wanted.id(), transaction -> {
            Tenant created = tenants.create(transaction, wanted);
            audit.writeAsPlatform(
                    transaction,
                    wanted.id(),
                    AuditEntry.of(
                            AuditAction.TENANT_CREATED,
                            wanted.id().value(),
                            wanted.settings().details()));
            return created;
        }));
    }

    /** @param next send it as {@code after} to read on; null at the end */
    public record TenantPage(
            List<TenantView> tenants,
            @Schema(nullable = true) String next) {}

    @GET
    @Operation(operationId = "listTenants", summary = "The tenants, by id")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<TenantPage> list(
            @Parameter(
                            description = "Tenants to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Continues after the page whose next this is") @QueryParam("after") String after,
            @Parameter(
                            description = "Only those of this state",
                            schema = @Schema(enumeration = {"active", "suspended", "removed"}))
                    @QueryParam("state")
                    String state) {
        var parameters = new QueryParameters();
        long most = parameters.number("limit", limit, 100, 1, 1_000);
        String from = parameters.text("after", after, MAX_ID_BYTES);
        TenantView.State wanted = parameters.oneOf("state", state, TenantView.State.class, null);
        parameters.mustBeGood();
        List<TenantView> page =
                transactions.readTenants(transaction -> tenants.page(transaction, wanted, from, most)).stream()
                        .map(tenant -> TenantView.of(tenant, clock.instant()))
                        .toList();
        return Success.of(
                new TenantPage(page, page.size() < most ? null : page.getLast().id()));
    }

    @GET
    @Path("{tenantId}")
    @Operation(operationId = "getTenant", summary = "A tenant and its settings")
    @APIResponse(responseCode = "200", description = "The tenant")
    @APIResponse(responseCode = "404", description = "No such tenant (not_found)")
    public Success<TenantView> get(String tenantId) {
        TenantId id = id(tenantId);
        return view(transactions.read(id, transaction -> tenants.forOperator(transaction, id)));
    }

    @PUT
    @Path("{tenantId}")
    @Operation(
            operationId = "putTenant",
            summary = "Change a tenant's settings",
            description =
                    "What is absent stays as it is. A new zone holds from now or from zone_from on: days that were"
                            + " stay where they are.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = TenantChange.Body.class)))
    @APIResponse(responseCode = "200", description = "The tenant as it stands now")
    @APIResponse(responseCode = "404", description = "No such tenant (not_found)")
    public Success<TenantView> put(String tenantId, JsonNode body) {
        TenantId id = id(tenantId);
        TenantChange change = TenantChange.ofOperator(body, clock.instant());
        return view(transactions.writeAsPlatform(id, transaction -> {
            offboarding.mustNotHaveBegun(tenants.forOperatorsChange(transaction, id));
            Tenant changed = tenants.change(transaction, id, change);
            audit.writeAsPlatform(
                    transaction, id, AuditEntry.of(AuditAction.TENANT_CHANGED, id.value(), change.details()));
            return changed;
        }));
    }

    @POST
    @Path("{tenantId}/suspension")
    @Operation(
            operationId = "suspendTenant",
            summary = "Refuse everything a tenant sends",
            description = "Every call with its credentials is answered 403 (tenant_suspended), at once and on every"
                    + " replica. Its data is kept. When this is answered, no write of the tenant is under way.")
    @APIResponse(responseCode = "200", description = "Suspended, now or before")
    @APIResponse(responseCode = "404", description = "No such tenant (not_found)")
    public Success<TenantView> suspend(String tenantId) {
        return view(offboarding.suspend(id(tenantId)));
    }

    @DELETE
    @Path("{tenantId}/suspension")
    @Operation(operationId = "resumeTenant", summary = "Let a suspended tenant in again")
    @APIResponse(responseCode = "200", description = "Active, now or before")
    @APIResponse(responseCode = "404", description = "No such tenant, or it is removed (not_found)")
    public Success<TenantView> resume(String tenantId) {
        return view(offboarding.resume(id(tenantId)));
    }

    /** @param rows that were taken away by this call */
    public record Removal(String id, boolean removed, long rows) {}

    @DELETE
    @Path("{tenantId}")
    @Operation(
            operationId = "removeTenant",
            summary = "Take away everything a suspended tenant has",
            description =
                    "There is no way back, and the id is not given again. It may take minutes; when it is cut off,"
                            + " send the same again. The platform's audit log keeps that it was done.")
    @APIResponse(responseCode = "200", description = "Nothing of it is left")
    @APIResponse(responseCode = "404", description = "No such tenant (not_found)")
    @APIResponse(
            responseCode = "409",
            description =
                    "It is active (tenant_active), or nobody has exported it since it was suspended (not_exported)")
    public Success<Removal> remove(
            String tenantId,
            @Parameter(
                            description = "true: its data is not wanted",
                            schema =
                                    @Schema(
                                            enumeration = {"true", "false"},
                                            defaultValue = "false"))
                    @QueryParam("without_export")
                    String withoutExport) {
        TenantId id = id(tenantId);
        var parameters = new QueryParameters();
        boolean unexported = parameters.flag("without_export", withoutExport);
        parameters.mustBeGood();
        return Success.of(new Removal(id.value(), true, offboarding.remove(id, unexported)));
    }

    /** The envelope, for the API page. */
    @Schema(name = "SuccessNewTenant")
    record TenantBody(boolean success, TenantView data) {}

    private Success<TenantView> view(Tenant tenant) {
        return Success.of(TenantView.of(tenant, clock.instant()));
    }

    /** What is no id is the id of nothing. */
    private static TenantId id(String text) {
        if (!TenantId.isValid(text)) {
            throw new NotFound();
        }
        return new TenantId(text);
    }
}

package io.tokentally.export;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Offboarding;
import io.tokentally.tenancy.Principal;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/tenants/{tenantId}/export")
@Tag(name = "Tenants")
@RunOnVirtualThread
@RolesAllowed(Roles.PLATFORM_ADMIN)
public class TenantExportResource {

    private static final String ZIP = "application/zip";

    private final Caller caller;
    private final TenantExport export;
    private final RunningExports exports;
    private final Offboarding offboarding;

    TenantExportResource(Caller caller, TenantExport export, RunningExports exports, Offboarding offboarding) {
        this.caller = caller;
        this.export = export;
        this.exports = exports;
        this.offboarding = offboarding;
    }

    @GET
    @Produces(ZIP)
    @Operation(
            operationId = "exportTenant",
            summary = "Everything a tenant has, to hand over before it is removed",
            description = "A ZIP with one file of JSON lines for each table, from one snapshot. A file that was cut off"
                    + " does not open. Written down in the tenant's audit log and the platform's.")
    @APIResponse(
            responseCode = "200",
            description = "The archive",
            content = @Content(mediaType = ZIP, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "404", description = "No such tenant (not_found)")
    public Response export(String tenantId) {
        if (!TenantId.isValid(tenantId)) {
            throw new NotFound();
        }
        var tenant = new TenantId(tenantId);
        offboarding.mustExist(tenant);
        Principal principal = caller.principal();
        StreamingOutput archive = out -> exports.run(principal, () -> {
            Optional<Instant> suspension = offboarding.exportBegins(tenant);
            export.write(tenant, out);
            suspension.ifPresent(since -> offboarding.exportIsWhole(tenant, since));
        });
        return Response.ok(archive, ZIP)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + tenant + ".zip\"")
                .build();
    }
}

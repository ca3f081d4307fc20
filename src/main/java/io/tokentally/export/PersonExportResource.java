package io.tokentally.export;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditEntry;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Principal;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/users")
@Tag(name = "Exports")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class PersonExportResource {

    private final Caller caller;
    private final TenantTransactions transactions;
    private final RunningExports exports;
    private final AuditLog audit;

    PersonExportResource(Caller caller, TenantTransactions transactions, RunningExports exports, AuditLog audit) {
        this.caller = caller;
        this.transactions = transactions;
        this.exports = exports;
        this.audit = audit;
    }

    @GET
    @Path("{userId}/export")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "exportUser",
            summary = "Everything held about one person",
            description =
                    "One JSON document of one moment: person, months, days, sessions, reservations, api_keys, audit and"
                            + " events, each with all columns. Of sessions only the person's own part; of API keys never the"
                            + " secret; of what others did to the person not from where. Of months whose events are no"
                            + " longer kept there are months and days only.")
    @APIResponse(
            responseCode = "200",
            description = "The document, as a file",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "404", description = "Never seen, or erased (not_found)")
    public Response export(String userId) {
        UserId user = JsonUserId.fromText("userId", userId);
        TenantId tenant = caller.tenant();
        Principal principal = caller.principal();
        StreamingOutput document = out -> exports.run(principal, () -> {
            note(tenant, user);
            transactions.stream(tenant, TenantTransactions.KEEP_ROWS, transaction -> {
                PersonDocument.write(transaction, tenant, user, out);
                return null;
            });
        });
        return Response.ok(document, MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"person.json\"")
                .build();
    }

    /** In the log before the first byte leaves. */
    private void note(TenantId tenant, UserId user) {
        transactions.write(tenant, transaction -> {
            long person = PersonDocument.keyOf(transaction, tenant, user).orElseThrow(NotFound::new);
            audit.write(transaction, tenant, AuditEntry.ofPerson(AuditAction.USER_EXPORTED, person, Map.of()));
            return null;
        });
    }
}

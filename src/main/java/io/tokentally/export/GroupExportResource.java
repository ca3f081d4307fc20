package io.tokentally.export;

import static io.tokentally.export.ExportResource.CSV;
import static io.tokentally.export.ExportResource.ESCAPE;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.reporting.AskedBreakdown;
import io.tokentally.reporting.FilterParameters;
import io.tokentally.reporting.WholeReports;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Principal;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.TenantTransactions;
import io.vertx.core.http.HttpServerResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.OutputStream;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

/** What breakdowns and lists of sessions show, as files that are not cut into pages. */
@Path("/api/usage/export")
@Tag(name = "Exports")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.MEMBER})
public class GroupExportResource {

    /** In the audit log, which keeps no name of a tag. */
    private static final String BREAKDOWN = "usage-breakdown.csv";

    private static final String SESSIONS = "usage-sessions.csv";

    private static final String NOT_YOURS = "Somebody else's calls, which are not yours to see (not_found)";
    private static final String BEYOND =
            "Only when single calls are read, and some of them are no longer kept: the day from which the file is whole";

    private final Caller caller;
    private final WholeReports reports;
    private final TenantTransactions transactions;
    private final RunningExports exports;
    private final AuditLog audit;

    GroupExportResource(
            Caller caller,
            WholeReports reports,
            TenantTransactions transactions,
            RunningExports exports,
            AuditLog audit) {
        this.caller = caller;
        this.reports = reports;
        this.transactions = transactions;
        this.exports = exports;
        this.audit = audit;
    }

    @GET
    @Path("breakdown")
    @Produces(CSV)
    @Operation(
            operationId = "exportBreakdown",
            summary = "A breakdown as CSV, a line for each group",
            description =
                    "All groups of /api/usage/breakdown with the same filters, with the same figures. An empty cost:"
                            + " none of these calls is priced. A member sees only their own.")
    @APIResponse(
            responseCode = "200",
            description = "The groups",
            headers =
                    @Header(
                            name = "X-Beyond-Retention",
                            description = BEYOND,
                            schema = @Schema(type = SchemaType.STRING, format = "date")),
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = NOT_YOURS)
    public Response breakdown(
            @Parameter(
                            description = "As of /api/usage/breakdown",
                            required = true,
                            schema = @Schema(type = SchemaType.STRING, examples = "endpoint,model"))
                    @QueryParam("by")
                    String by,
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "As of /api/usage/breakdown",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "total_cost"))
                    @QueryParam("sortBy")
                    String sortBy,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"ASC", "DESC"},
                                            defaultValue = "DESC"))
                    @QueryParam("order")
                    String order,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape,
            @Context HttpServerResponse http) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        var csv = new GroupCsv(reports, ExportFilter.formulas(parameters, escape));
        AskedBreakdown asked = reports.breakdown(parameters, by, filter, sortBy, order);
        return file(
                GroupCsv.name(asked.by()),
                BREAKDOWN,
                asked,
                http,
                (transaction, out) -> csv.writeBreakdown(transaction, tenant, asked, out));
    }

    @GET
    @Path("sessions")
    @Produces(CSV)
    @Operation(
            operationId = "exportSessions",
            summary = "Sessions as CSV, a line for each",
            description =
                    "All sessions of /api/usage/sessions with the same filters, with the same figures: of the last 30"
                            + " days, unless days are named. Calls without a session are in none. A member sees only their own.")
    @APIResponse(
            responseCode = "200",
            description = "The sessions",
            headers =
                    @Header(
                            name = "X-Beyond-Retention",
                            description = BEYOND,
                            schema = @Schema(type = SchemaType.STRING, format = "date")),
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = NOT_YOURS)
    public Response sessions(
            @BeanParam FilterParameters filter,
            @Parameter(
                            description = "As of /api/usage/breakdown",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "total_cost"))
                    @QueryParam("sortBy")
                    String sortBy,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"ASC", "DESC"},
                                            defaultValue = "DESC"))
                    @QueryParam("order")
                    String order,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape,
            @Context HttpServerResponse http) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        var csv = new GroupCsv(reports, ExportFilter.formulas(parameters, escape));
        AskedBreakdown asked = reports.sessions(parameters, filter, sortBy, order);
        return file(
                SESSIONS,
                SESSIONS,
                asked,
                http,
                (transaction, out) -> csv.writeSessions(transaction, tenant, asked, out));
    }

    /**
     * One snapshot for the header and the rows.
     *
     * @param noted what the audit log calls it
     */
    private Response file(
            String name,
            String noted,
            AskedBreakdown asked,
            HttpServerResponse http,
            BiConsumer<Handle, OutputStream> rows) {
        TenantId tenant = caller.tenant();
        Principal principal = caller.principal();
        return ExportResource.file(
                name,
                out -> exports.run(principal, () -> {
                    audit.writeExport(tenant, noted, asked.user(), asked.details());
                    transactions.stream(tenant, TenantTransactions.KEEP_ROWS, transaction -> {
                        asked.wholeFrom(transaction)
                                .ifPresent(day -> http.putHeader("X-Beyond-Retention", day.toString()));
                        rows.accept(transaction, out);
                        return null;
                    });
                }));
    }
}

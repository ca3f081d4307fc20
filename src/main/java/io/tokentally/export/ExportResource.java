package io.tokentally.export;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.reporting.FilterParameters;
import io.tokentally.reporting.KeptRows;
import io.tokentally.reporting.UsageCursor;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/export")
@Tag(name = "Exports")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class ExportResource {

    static final String CSV = "text/csv;charset=UTF-8";

    private static final String DETAILS = "usage.csv";
    private static final String SUMMARY = "usage-summary.csv";
    static final String ESCAPE =
            "none leaves text cells as they are; else a cell that a spreadsheet would run as a formula begins with '";

    private final Caller caller;
    private final WholeReports reports;
    private final TenantTransactions transactions;
    private final RunningExports exports;
    private final AuditLog audit;

    ExportResource(
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
    @Produces(CSV)
    @RolesAllowed({Roles.ADMIN, Roles.MEMBER})
    @Operation(
            operationId = "exportUsage",
            summary = "Every call as CSV, newest first",
            description =
                    "Filters are the reports', so that the costs add up to what a report of the same filters shows. Here"
                            + " startDate may also be the first instant with offset, and endDate an instant, itself"
                            + " excluded. All time unless days are named. An empty cost is an unpriced call. A file that"
                            + " the limit cut says so in X-Truncated, and Link with rel=next leads to the rest. A member"
                            + " sees only their own.")
    @APIResponse(
            responseCode = "200",
            description = "The rows",
            headers = {
                @Header(
                        name = "X-Total-Count",
                        description = "Rows that match, whatever the limit",
                        schema = @Schema(type = SchemaType.INTEGER)),
                @Header(
                        name = "X-Truncated",
                        description = "true when the limit cut the file",
                        schema = @Schema(type = SchemaType.BOOLEAN)),
                @Header(
                        name = "X-Beyond-Retention",
                        description = "Only when the range reaches into months that are no longer kept: the day from"
                                + " which the file is whole. The reports have the sums of earlier days",
                        schema = @Schema(type = SchemaType.STRING, format = "date")),
                @Header(name = "Link", description = "rel=next", schema = @Schema(type = SchemaType.STRING))
            },
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "Somebody else's calls, which are not yours to see (not_found)")
    public Response details(
            @BeanParam FilterParameters filter,
            @Parameter(description = "The most rows, or all", schema = @Schema(defaultValue = "10000"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Continues a cut file; from its Link header") @QueryParam("cursor") String cursor,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape,
            @Context UriInfo uri,
            @Context HttpServerResponse http) {
        var parameters = new QueryParameters();
        long most = ExportFilter.limit(parameters, limit);
        UsageCursor after = UsageCursor.read(parameters, "cursor", cursor);
        Formulas formulas = ExportFilter.formulas(parameters, escape);
        var wanted = new ExportFilter(reports.calls(parameters, filter), most, after, formulas);
        TenantId tenant = caller.tenant();
        Principal principal = caller.principal();
        // One snapshot for the headers and the rows: the headers go out with the first byte, so it is not too late
        // here.
        return file(
                DETAILS,
                out -> exports.run(principal, () -> {
                    audit.writeExport(tenant, DETAILS, wanted.calls().user(), wanted.details());
                    transactions.stream(tenant, TenantTransactions.KEEP_ROWS, transaction -> {
                        http.putHeader("X-Total-Count", Long.toString(UsageCsv.count(transaction, tenant, wanted)));
                        KeptRows.wholeFrom(
                                        transaction,
                                        wanted.calls().first(),
                                        wanted.calls().last())
                                .ifPresent(day -> http.putHeader("X-Beyond-Retention", day.toString()));
                        UsageCursor cut = UsageCsv.cutAfter(transaction, tenant, wanted);
                        http.putHeader("X-Truncated", Boolean.toString(cut != null));
                        if (cut != null) {
                            http.putHeader(HttpHeaders.LINK, next(uri, cut));
                        }
                        UsageCsv.writeDetails(transaction, tenant, wanted, out);
                        return null;
                    });
                }));
    }

    @GET
    @Path("summary")
    @Produces(CSV)
    @Operation(operationId = "exportSummary", summary = "One line per user with at least one call, dearest first")
    @APIResponse(
            responseCode = "200",
            description = "The users",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    public Response summary(
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape) {
        var parameters = new QueryParameters();
        Formulas formulas = ExportFilter.formulas(parameters, escape);
        parameters.mustBeGood();
        TenantId tenant = caller.tenant();
        Principal principal = caller.principal();
        return file(
                SUMMARY,
                out -> exports.run(principal, () -> {
                    audit.writeExport(tenant, SUMMARY, null, Map.of());
                    transactions.stream(tenant, transaction -> {
                        UsageCsv.writeSummary(transaction, formulas, out);
                        return null;
                    });
                }));
    }

    static Response file(String name, StreamingOutput rows) {
        return Response.ok(rows, CSV)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .build();
    }

    private static String next(UriInfo uri, UsageCursor cut) {
        return "<"
                + uri.getRequestUriBuilder()
                        .replaceQueryParam("cursor", cut.encoded())
                        .build() + ">; rel=\"next\"";
    }
}

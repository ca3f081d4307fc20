package io.tokentally.export;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.reporting.KeptRows;
import io.tokentally.reporting.UsageCursor;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.TenantTransactions;
import io.vertx.core.http.HttpServerResponse;
import jakarta.annotation.security.RolesAllowed;
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

    /**
     * A dropped partition is gone from older snapshots too. So none is dropped from before the snapshot on, and what the
     * snapshot says is sealed is what has no rows.
     */
    private static final String CSV = "text/csv;charset=UTF-8";

    private static final String DETAILS = "usage.csv";
    private static final String SUMMARY = "usage-summary.csv";
    private static final String ESCAPE =
            "none leaves text cells as they are; else a cell that a spreadsheet would run as a formula begins with '";

    private final Caller caller;
    private final TenantTransactions transactions;
    private final RunningExports exports;
    private final AuditLog audit;

    ExportResource(Caller caller, TenantTransactions transactions, RunningExports exports, AuditLog audit) {
        this.caller = caller;
        this.transactions = transactions;
        this.exports = exports;
        this.audit = audit;
    }

    @GET
    @Produces(CSV)
    @Operation(
            operationId = "exportUsage",
            summary = "Every call as CSV, newest first",
            description =
                    "An empty cost is an unpriced call. A file that the limit cut says so in X-Truncated, and Link"
                            + " with rel=next leads to the rest.")
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
    public Response details(
            @Parameter(
                            description = "The first day (2026-11-01, in the tenant's zone), or the first instant with"
                                    + " offset")
                    @QueryParam("startDate")
                    String startDate,
            @Parameter(description = "The last day, whole; or an instant, itself excluded") @QueryParam("endDate")
                    String endDate,
            @Parameter(description = "Only this user") @QueryParam("userId") String userId,
            @Parameter(description = "The most rows, or all", schema = @Schema(defaultValue = "10000"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Continues a cut file; from its Link header") @QueryParam("cursor") String cursor,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape,
            @Context UriInfo uri,
            @Context HttpServerResponse http) {
        ExportFilter filter = ExportFilter.read(startDate, endDate, userId, limit, cursor, escape);
        TenantId tenant = caller.tenant();
        // One snapshot for the headers and the rows: the headers go out with the first byte, so it is not too late
        // here.
        return file(
                DETAILS,
                out -> exports.run(() -> {
                    audit.writeExport(tenant, DETAILS, filter.user(), filter.details());
                    transactions.stream(tenant, TenantTransactions.KEEP_ROWS, transaction -> {
                        http.putHeader("X-Total-Count", Long.toString(UsageCsv.count(transaction, tenant, filter)));
                        KeptRows.wholeFrom(transaction, filter.firstDay(), filter.lastDay())
                                .ifPresent(day -> http.putHeader("X-Beyond-Retention", day.toString()));
                        UsageCursor cut = UsageCsv.cutAfter(transaction, tenant, filter);
                        http.putHeader("X-Truncated", Boolean.toString(cut != null));
                        if (cut != null) {
                            http.putHeader(HttpHeaders.LINK, next(uri, cut));
                        }
                        UsageCsv.writeDetails(transaction, tenant, filter, out);
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
        return file(
                SUMMARY,
                out -> exports.run(() -> {
                    audit.writeExport(tenant, SUMMARY, null, Map.of());
                    transactions.stream(tenant, transaction -> {
                        UsageCsv.writeSummary(transaction, formulas, out);
                        return null;
                    });
                }));
    }

    private static Response file(String name, StreamingOutput rows) {
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

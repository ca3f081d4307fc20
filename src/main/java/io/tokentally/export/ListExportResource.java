package io.tokentally.export;

import static io.tokentally.export.ExportResource.CSV;
import static io.tokentally.export.ExportResource.ESCAPE;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.pricing.PriceListing;
import io.tokentally.pricing.Prices;
import io.tokentally.quota.UserListing;
import io.tokentally.quota.WholeLists;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.ApiKeyFilter;
import io.tokentally.tenancy.ApiKeyView;
import io.tokentally.tenancy.ApiKeys;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.AuditTrail;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Principal;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

/**
 * The lists that admins work with, as files that are not cut into pages. Not below the lists themselves: at
 * {@code /api/users/export} stands whoever a tenant calls so.
 */
@Path("/api/export")
@Tag(name = "Exports")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class ListExportResource {

    /** Of the parameters that all of these know, those that leave nothing out. */
    private static final Set<String> SHAPING = Set.of("sortBy", "order", "escape");

    private final Caller caller;
    private final UriInfo uri;
    private final WholeLists people;
    private final Prices prices;
    private final ApiKeys keys;
    private final AuditTrail trail;
    private final Lists lists;
    private final TenantTransactions transactions;
    private final RunningExports exports;
    private final AuditLog audit;
    private final Clock clock;

    ListExportResource(
            Caller caller,
            UriInfo uri,
            WholeLists people,
            Prices prices,
            ApiKeys keys,
            AuditTrail trail,
            Lists lists,
            TenantTransactions transactions,
            RunningExports exports,
            AuditLog audit,
            Clock clock) {
        this.caller = caller;
        this.uri = uri;
        this.people = people;
        this.prices = prices;
        this.keys = keys;
        this.trail = trail;
        this.lists = lists;
        this.transactions = transactions;
        this.exports = exports;
        this.audit = audit;
        this.clock = clock;
    }

    @GET
    @Path("users")
    @Produces(CSV)
    @Operation(
            operationId = "exportUsers",
            summary = "The tenant's people as CSV, with what they have used this month and what is left",
            description =
                    "All users of /api/users with the same filters and the same figures, in the same order. Where there"
                            + " is no limit it says unlimited; an own limit that is empty is the tier's.")
    @APIResponse(
            responseCode = "200",
            description = "The users",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    public Response users(
            @Parameter(description = "As of /api/users") @QueryParam("q") String q,
            @Parameter(description = "As of /api/users") @QueryParam("tier") String tier,
            @Parameter(
                            description = "As of /api/users",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "user_id"))
                    @QueryParam("sortBy")
                    String sortBy,
            @Parameter(description = "As of /api/users", schema = @Schema(enumeration = {"ASC", "DESC"}))
                    @QueryParam("order")
                    String order,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        Formulas formulas = ExportFilter.formulas(parameters, escape);
        UserListing wanted = UserListing.all(parameters, q, tier, sortBy, order);
        return file(
                "users.csv",
                lists.users(),
                formulas,
                (transaction, each) -> people.forEachUser(transaction, tenant, wanted, each));
    }

    @GET
    @Path("prices")
    @Produces(CSV)
    @Operation(
            operationId = "exportPrices",
            summary = "The prices that this tenant's calls are priced by, as CSV",
            description = "All prices of /api/prices with the same filters. Rates for long prompts are JSON, as there.")
    @APIResponse(
            responseCode = "200",
            description = "The prices",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    public Response prices(
            @Parameter(description = "As of /api/prices") @QueryParam("provider") String provider,
            @Parameter(description = "As of /api/prices") @QueryParam("q") String q,
            @Parameter(description = "As of /api/prices") @QueryParam("at") String at,
            @Parameter(description = "As of /api/prices", schema = @Schema(enumeration = {"catalogue", "own"}))
                    @QueryParam("book")
                    String book,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape) {
        TenantId tenant = caller.tenant();
        Instant now = clock.instant();
        var parameters = new QueryParameters();
        Formulas formulas = ExportFilter.formulas(parameters, escape);
        PriceListing wanted = PriceListing.all(parameters, provider, q, at, book, now);
        return file(
                "prices.csv",
                lists.prices(),
                formulas,
                (transaction, each) ->
                        prices.all(transaction, tenant, wanted, now).forEach(each));
    }

    @GET
    @Path("tiers")
    @Produces(CSV)
    @Operation(operationId = "exportTiers", summary = "The tenant's tiers and their monthly limits, as CSV")
    @APIResponse(
            responseCode = "200",
            description = "The tiers",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    public Response tiers(
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape) {
        TenantId tenant = caller.tenant();
        return file(
                "tiers.csv", lists.tiers(), formulas(escape), (transaction, each) -> people.forEachTier(tenant, each));
    }

    @GET
    @Path("keys")
    @Produces(CSV)
    @Operation(
            operationId = "exportKeys",
            summary = "The tenant's API keys as CSV, newest first, without their secrets",
            description = "All keys of /api/keys with the same filters; those that count no longer are among them.")
    @APIResponse(
            responseCode = "200",
            description = "The keys",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    public Response keys(
            @Parameter(description = "As of /api/keys") @QueryParam("userId") String userId,
            @Parameter(description = "As of /api/keys", schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("personal")
                    String personal,
            @Parameter(description = "As of /api/keys", schema = @Schema(implementation = ApiKeyView.State.class))
                    @QueryParam("state")
                    String state,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        Formulas formulas = ExportFilter.formulas(parameters, escape);
        ApiKeyFilter wanted = ApiKeyFilter.read(parameters, userId, personal, state);
        parameters.mustBeGood();
        return file(
                "api-keys.csv",
                lists.keys(),
                formulas,
                (transaction, each) -> keys.forEach(transaction, tenant, wanted, each));
    }

    @GET
    @Path("audit")
    @Produces(CSV)
    @Operation(
            operationId = "exportAudit",
            summary = "Who did what in this tenant, as CSV, newest first",
            description =
                    "All entries of /api/audit with the same filter. The first of a file of everything is its own export.")
    @APIResponse(
            responseCode = "200",
            description = "The entries",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)))
    public Response audit(
            @Parameter(description = "As of /api/audit") @QueryParam("action") String action,
            @Parameter(description = ESCAPE, schema = @Schema(enumeration = {"formulas", "none"})) @QueryParam("escape")
                    String escape) {
        TenantId tenant = caller.tenant();
        var parameters = new QueryParameters();
        Formulas formulas = ExportFilter.formulas(parameters, escape);
        AuditAction wanted = AuditAction.read(parameters, action);
        parameters.mustBeGood();
        return file(
                "audit.csv",
                lists.audit(),
                formulas,
                (transaction, each) -> trail.forEach(transaction, tenant, wanted, each));
    }

    private static Formulas formulas(String escape) {
        var parameters = new QueryParameters();
        Formulas formulas = ExportFilter.formulas(parameters, escape);
        parameters.mustBeGood();
        return formulas;
    }

    /** @param rows hands over what there is in a transaction's snapshot, one after the other */
    private <T> Response file(String name, ListCsv<T> csv, Formulas formulas, BiConsumer<Handle, Consumer<T>> rows) {
        TenantId tenant = caller.tenant();
        Principal principal = caller.principal();
        Map<String, Object> details = details();
        return ExportResource.file(
                name,
                out -> exports.run(principal, () -> {
                    audit.writeListExport(tenant, name, details);
                    transactions.stream(tenant, transaction -> {
                        csv.write(out, formulas, each -> rows.accept(transaction, each));
                        return null;
                    });
                }));
    }

    /** By what it was filtered, and not for what: the log keeps no free text. */
    private Map<String, Object> details() {
        List<String> filters = uri.getQueryParameters().keySet().stream()
                .filter(name -> !SHAPING.contains(name))
                .sorted()
                .toList();
        return filters.isEmpty() ? Map.of() : Map.of("filters", filters);
    }
}

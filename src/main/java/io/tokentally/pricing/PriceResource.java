package io.tokentally.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** The price book of a tenant. A change counts from the next call on, on every replica: own prices are read with each. */
@Path("/api/prices")
@Tag(name = "Prices")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class PriceResource {

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Prices prices;
    private final OwnPrices own;
    private final Clock clock;

    PriceResource(
            Caller caller,
            TenantTransactions transactions,
            Tenants tenants,
            Prices prices,
            OwnPrices own,
            Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.prices = prices;
        this.own = own;
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "listPrices",
            summary = "The prices that this tenant's calls are priced by",
            description = "The product's catalogue and the tenant's own prices, by provider and model, own and newest"
                    + " first. USD per million tokens. An own price that holds replaces the catalogue's as a whole;"
                    + " in_force says of each whether it prices a call of now.")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<PriceTable.Page> list(
            @Parameter(description = "Only this provider's, in any spelling that calls may use") @QueryParam("provider")
                    String provider,
            @Parameter(description = "Only where provider or model contains this, whatever its case") @QueryParam("q")
                    String q,
            @Parameter(
                            description = "Those that hold then: a day (00:00 UTC), an instant, or all for the whole"
                                    + " history. Absent: now")
                    @QueryParam("at")
                    String at,
            @Parameter(
                            description = "Only of this one",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"catalogue", "own"}))
                    @QueryParam("book")
                    String book,
            @Parameter(
                            description = "Prices to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "200"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Prices to skip", schema = @Schema(type = SchemaType.INTEGER, defaultValue = "0"))
                    @QueryParam("offset")
                    String offset) {
        TenantId tenant = caller.tenant();
        Instant now = clock.instant();
        PriceListing wanted = PriceListing.read(provider, q, at, book, limit, offset, now);
        return Success.of(transactions
                .read(tenant, transaction -> prices.tableOf(transaction, tenant))
                .page(wanted, now));
    }

    @POST
    @ResponseStatus(201)
    @Operation(
            operationId = "createPrice",
            summary = "Set a price of this tenant's own",
            description = "It holds from its date on and replaces the catalogue's price of that provider and model as a"
                    + " whole, long-context bands included. Calls are priced by the price that holds when they occur."
                    + " A date in the past prices what is recorded from now on, late calls of that time included; what"
                    + " was recorded before keeps what it was priced with.")
    @RequestBody(
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = NewPrice.Body.class)))
    @APIResponse(
            responseCode = "201",
            description = "Set; the next call is priced by it, on every replica",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = PriceBody.class)))
    @APIResponse(
            responseCode = "409",
            description =
                    "Another own price of that model holds at some of that time (price_overlaps), or the tenant has"
                            + " 1,000 own prices, ended ones included (too_many_prices)")
    public Success<PriceView> create(JsonNode body) {
        TenantId tenant = caller.tenant();
        Instant now = clock.instant();
        NewPrice wanted = NewPrice.read(body, now);
        return Success.of(transactions.write(tenant, transaction -> {
            tenants.forWriting(transaction, tenant);
            Price price = own.create(transaction, tenant, wanted);
            return prices.tableOf(transaction, tenant).ofOwn(price, now);
        }));
    }

    @DELETE
    @Path("{priceId}")
    @Operation(
            operationId = "endPrice",
            summary = "End a price of this tenant's own, or remove one that has not begun",
            description = "From then on the catalogue's price counts again. What was recorded keeps what it was priced"
                    + " with. To change a price on a day, end it at that day and set the next one from it.")
    @APIResponse(responseCode = "204", description = "Ended or removed, now or before")
    @APIResponse(responseCode = "404", description = "The tenant has no such price of its own (not_found)")
    public void end(
            String priceId,
            @Parameter(description = "When it ends: a day (00:00 UTC) or an instant, not past. Absent: now")
                    @QueryParam("at")
                    String at) {
        TenantId tenant = caller.tenant();
        Instant end = end(at, clock.instant());
        long id = id(priceId);
        transactions.write(tenant, transaction -> {
            tenants.forWriting(transaction, tenant);
            own.end(transaction, tenant, id, end);
            return null;
        });
    }

    private static Instant end(String at, Instant now) {
        var parameters = new QueryParameters();
        QueryParameters.DayOrInstant asked = parameters.dayOrInstant("at", at);
        Instant end = asked == null ? now : asked.inUtc();
        if (end.isBefore(now)) {
            parameters.wrong("at", "must not be past");
        }
        parameters.mustBeGood();
        return end;
    }

    /** What is no id is the id of nothing. */
    private static long id(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notAnId) {
            throw new NotFound();
        }
    }

    /** The envelope, for the API page. */
    @Schema(name = "SuccessPrice")
    record PriceBody(boolean success, PriceView data) {}
}

package io.tokentally.quota;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.Success;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditEntry;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.Tenant;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

@Path("/api/users")
@Tag(name = "Users")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class UserResource {

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Tiers tiers;
    private final Users users;
    private final UsersThisMonth thisMonth;
    private final AuditLog audit;
    private final Clock clock;

    UserResource(
            Caller caller,
            TenantTransactions transactions,
            Tenants tenants,
            Tiers tiers,
            Users users,
            UsersThisMonth thisMonth,
            AuditLog audit,
            Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.tiers = tiers;
        this.users = users;
        this.thisMonth = thisMonth;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * @param total people that match, not only those of this page
     * @param next send it as {@code after} to read on; null at the end, and in every order but the one by id
     * @param resetsAt when the next month begins in the tenant's zone
     */
    public record UserPage(
            List<UserView> users,
            long total,
            Object next,
            @JsonProperty("resets_at") Instant resetsAt) {}

    @GET
    @Operation(
            operationId = "listUsers",
            summary = "The tenant's people, with what they have used this month and what is left",
            description =
                    "Everybody who was seen or made, with calls or without; GET /api/usage/summary is of all time.")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<UserPage> list(
            @Parameter(
                            description = "Users to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Users to skip", schema = @Schema(type = SchemaType.INTEGER, defaultValue = "0"))
                    @QueryParam("offset")
                    String offset,
            @Parameter(description = "Continues after the page whose next this is, in the order by id alone")
                    @QueryParam("after")
                    String after,
            @Parameter(description = "Only those whose id, username or email contains this, whatever its case")
                    @QueryParam("q")
                    String q,
            @Parameter(description = "Only those on this tier, be it by default") @QueryParam("tier") String tier,
            @Parameter(
                            description = "What to sort by; the numbers are this month's. Who has none is last.",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {
                                                "user_id",
                                                "username",
                                                "email",
                                                "tier",
                                                "tokens",
                                                "cost",
                                                "calls",
                                                "last_call",
                                                "created_at"
                                            },
                                            defaultValue = "user_id"))
                    @QueryParam("sortBy")
                    String sortBy,
            @Parameter(
                            description = "Absent: DESC for numbers and instants, else ASC",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"ASC", "DESC"}))
                    @QueryParam("order")
                    String order) {
        UserListing wanted = UserListing.read(q, tier, after, limit, offset, sortBy, order);
        return Success.of(transactions.read(caller.tenant(), transaction -> {
            Tenant tenant = tenants.get(transaction, caller.tenant());
            UsersThisMonth.Page page = thisMonth.page(transaction, tenant, wanted);
            boolean hasNext = wanted.isById() && page.users().size() == wanted.limit();
            return new UserPage(
                    page.users(), page.total(), hasNext ? page.users().getLast().userId() : null, page.resetsAt());
        }));
    }

    @GET
    @Path("{userId}")
    @Operation(operationId = "getUser", summary = "A user: tier, limits, what is used this month and what is left")
    @APIResponse(responseCode = "200", description = "The user")
    @APIResponse(responseCode = "404", description = "Never seen (not_found)")
    public Success<UserView> get(String userId) {
        UserId id = JsonUserId.fromText("userId", userId);
        return Success.of(transactions.read(caller.tenant(), transaction -> {
            Tenant tenant = tenants.get(transaction, caller.tenant());
            return thisMonth.find(transaction, tenant, id).orElseThrow(NotFound::new);
        }));
    }

    @PUT
    @Path("{userId}")
    @Operation(
            operationId = "putUser",
            summary = "Create or change a user: tier, names, limits of their own",
            description =
                    "A member that is absent stays as it is; null clears it: tier null is the tenant's default tier."
                            + " limits replaces all overrides; a null inside it is unlimited.")
    @RequestBody(
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = UserChange.Body.class)))
    @APIResponse(responseCode = "200", description = "The user as it stands now")
    public Success<UserView> put(String userId, JsonNode body) {
        UserId id = JsonUserId.fromText("userId", userId);
        UserChange change = UserChange.read(body);
        return Success.of(transactions.write(caller.tenant(), transaction -> {
            Tenant tenant = tenants.forWriting(transaction, caller.tenant());
            change.mustNameAKnownTier(tier -> tiers.exists(tenant.id().value(), tier));
            AppUser user = findOrMake(transaction, tenant, id)
                    // erased while we waited for the row: now it is somebody new
                    .or(() -> findOrMake(transaction, tenant, id))
                    .orElseThrow();
            change.applyTo(user);
            users.flush();
            audit.write(
                    transaction,
                    tenant.id(),
                    AuditEntry.ofPerson(AuditAction.USER_CHANGED, user.key, change.details()));
            return thisMonth.find(transaction, tenant, id).orElseThrow();
        }));
    }

    private Optional<AppUser> findOrMake(Handle transaction, Tenant tenant, UserId id) {
        NewUser.addMissing(
                transaction,
                tenant.id(),
                List.of(new NewUser(new JsonUserId(id, null), null, null, null)),
                clock.instant());
        return users.findForChange(tenant.id(), id);
    }
}

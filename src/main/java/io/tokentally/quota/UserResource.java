package io.tokentally.quota;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.QueryParameters;
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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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

    private static final int MAX_BYTES = 320;

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Tiers tiers;
    private final Users users;
    private final AuditLog audit;
    private final Clock clock;

    UserResource(
            Caller caller,
            TenantTransactions transactions,
            Tenants tenants,
            Tiers tiers,
            Users users,
            AuditLog audit,
            Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.tiers = tiers;
        this.users = users;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param next send it as {@code after} to read on; null at the end */
    public record UserPage(List<UserView> users, Object next) {}

    @GET
    @Operation(
            operationId = "listUsers",
            summary = "The tenant's people, by id",
            description = "Everybody who was seen or made, with calls or without; GET /api/usage/summary sorts by use.")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<UserPage> list(
            @Parameter(
                            description = "Users to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Continues after the page whose next this is") @QueryParam("after") String after,
            @Parameter(description = "Only those whose id, username or email contains this, whatever its case")
                    @QueryParam("q")
                    String q) {
        var parameters = new QueryParameters();
        long most = parameters.number("limit", limit, 100, 1, 1_000);
        UserId from = parameters.userId("after", after);
        String wanted = parameters.text("q", q, MAX_BYTES);
        parameters.mustBeGood();
        return Success.of(transactions.read(caller.tenant(), transaction -> {
            Tenant tenant = tenants.get(transaction, caller.tenant());
            Map<String, MonthlyLimits> limits = tiers.orDefaults(tenant.id().value());
            List<UserView> page = users.page(tenant.id(), from, wanted, (int) most).stream()
                    .map(user -> view(tenant, user, limits::get))
                    .toList();
            return new UserPage(page, page.size() < most ? null : page.getLast().userId());
        }));
    }

    @GET
    @Path("{userId}")
    @Operation(operationId = "getUser", summary = "A user, their tier and limits")
    @APIResponse(responseCode = "200", description = "The user")
    @APIResponse(responseCode = "404", description = "Never seen (not_found)")
    public Success<UserView> get(String userId) {
        UserId id = JsonUserId.fromText("userId", userId);
        return Success.of(transactions.read(caller.tenant(), transaction -> {
            Tenant tenant = tenants.get(transaction, caller.tenant());
            return view(tenant, users.find(tenant.id(), id).orElseThrow(NotFound::new));
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
            return view(tenant, user);
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

    private UserView view(Tenant tenant, AppUser user) {
        return view(tenant, user, tier -> tiers.limitsOf(tenant.id().value(), tier));
    }

    private static UserView view(Tenant tenant, AppUser user, Function<String, MonthlyLimits> limitsOf) {
        String tier = user.tier == null ? tenant.defaultTier() : user.tier;
        return new UserView(
                new JsonUserId(new UserId(user.userId), user.idIsNumber).toJson(),
                user.username,
                user.email,
                tier,
                user.limitsOver(limitsOf.apply(tier)),
                user.createdAt);
    }

    /**
     * @param userId a string, or an integer where the tenant writes it so
     * @param limits in force for this user: the tier's with the user's own over them
     */
    public record UserView(
            @JsonProperty("user_id") Object userId,
            @Schema(nullable = true) String username,
            @Schema(nullable = true) String email,
            String tier,
            MonthlyLimits limits,
            @JsonProperty("created_at") Instant createdAt) {}
}

package io.tokentally.quota;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.Success;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.Tenant;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

@Path("/api/users/{userId}")
@Tag(name = "Users")
@RunOnVirtualThread
@RolesAllowed(Roles.ADMIN)
public class UserResource {

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Tiers tiers;
    private final Users users;
    private final Clock clock;

    UserResource(
            Caller caller, TenantTransactions transactions, Tenants tenants, Tiers tiers, Users users, Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.tiers = tiers;
        this.users = users;
        this.clock = clock;
    }

    @GET
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
            ensure(transaction, tenant, id);
            AppUser user = users.findForChange(tenant.id(), id).orElseThrow();
            change.applyTo(user);
            users.flush();
            return view(tenant, user);
        }));
    }

    private void ensure(Handle transaction, Tenant tenant, UserId id) {
        NewUser.addMissing(
                transaction,
                tenant.id(),
                List.of(new NewUser(new JsonUserId(id, null), null, null, null)),
                clock.instant());
    }

    private UserView view(Tenant tenant, AppUser user) {
        String tier = user.tier == null ? tenant.defaultTier() : user.tier;
        return new UserView(
                new JsonUserId(new UserId(user.userId), user.idIsNumber).toJson(),
                user.username,
                user.email,
                tier,
                user.limitsOver(tiers.limitsOf(tenant.id().value(), tier)));
    }

    /**
     * @param userId a string, or an integer where the tenant writes it so
     * @param limits in force for this user: the tier's with the user's own over them
     */
    public record UserView(
            @JsonProperty("user_id") Object userId, String username, String email, String tier, MonthlyLimits limits) {}
}

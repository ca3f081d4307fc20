package io.tokentally.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.Success;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/check")
@Tag(name = "Limits")
@RunOnVirtualThread
public class QuotaResource {

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Standings standings;
    private final Clock clock;

    QuotaResource(Caller caller, TenantTransactions transactions, Tenants tenants, Standings standings, Clock clock) {
        this.caller = caller;
        this.transactions = transactions;
        this.tenants = tenants;
        this.standings = standings;
        this.clock = clock;
    }

    /** The body of a check. */
    public record Check(
            @Schema(
                    name = "user_id",
                    description =
                            "Whose next call; a string or an integer. A member may leave it out: themselves. Anybody"
                                    + " else who leaves it out asks about the tenant alone.")
            Object userId) {}

    @POST
    @RolesAllowed({Roles.SERVICE, Roles.ADMIN, Roles.MEMBER})
    @Operation(
            operationId = "checkQuota",
            summary = "May this user make another call now?",
            description =
                    "Never creates a user and never answers 404 for an unknown one: nobody has used anything yet.")
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(implementation = Check.class)))
    @APIResponse(responseCode = "200", description = "Yes; and what is used and left")
    @APIResponse(responseCode = "404", description = "A member asks about somebody else (not_found)")
    @APIResponse(
            responseCode = "429",
            description =
                    "A monthly limit is reached (quota_exceeded). Retry-After may be weeks: show resets_at, do not sleep.",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = QuotaExceeded.Members.class)))
    public Success<BalanceView> check(JsonNode body) {
        UserId user = whose(body);
        Instant now = clock.instant();
        Standing standing = transactions.read(
                caller.tenant(),
                transaction -> standings.at(now, transaction, tenants.get(transaction, caller.tenant()), user));
        standing.mustAllowAnotherCall(now);
        return Success.of(BalanceView.of(standing));
    }

    private UserId whose(JsonNode body) {
        UserId asked = read(body);
        if (asked == null) {
            return caller.isOnlyMember() ? caller.user() : null;
        }
        caller.mustBeAllowedToSee(asked);
        return asked;
    }

    private static UserId read(JsonNode body) {
        var errors = new ArrayList<FieldError>();
        JsonUserId user = null;
        if (body != null && !body.isObject()) {
            errors.add(new FieldError("body", "must be a JSON object"));
        } else if (body != null) {
            body.fieldNames().forEachRemaining(name -> {
                if (!name.equals("user_id") && !name.equals("userId")) {
                    errors.add(new FieldError(name, "is not a known member"));
                }
            });
            String field = body.has("userId") ? "userId" : "user_id";
            if (body.has("userId") && body.has("user_id")) {
                errors.add(new FieldError(field, "and user_id are the same member; send one"));
            }
            user = JsonUserId.read(field, body.get(field), errors);
        }
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return user == null ? null : user.id();
    }
}

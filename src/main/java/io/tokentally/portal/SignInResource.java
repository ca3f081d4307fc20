package io.tokentally.portal;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.JsonMembers;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.AuditLog;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** For whoever has no credential yet. */
@Path("/api/sign-in")
@Tag(name = "Sign-in")
@RunOnVirtualThread
@PermitAll
public class SignInResource {

    private static final int MOST_BYTES = 200;

    private final PortalSettings settings;
    private final AuditLog audit;
    private final Clock clock;

    SignInResource(PortalSettings settings, AuditLog audit, Clock clock) {
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "getSignIn",
            summary = "Which ways to sign in there are",
            description = "Needs no credential.")
    @APIResponse(responseCode = "200", description = "The ways")
    public Success<SignInWays> ways() {
        return Success.of(SignInWays.of(settings));
    }

    /** The form of the body, for the API page. */
    @Schema(name = "SignInCode")
    record Code(
            @Schema(required = true, description = "What stands behind #sign-in= in a one-time link")
            String code) {}

    public record Access(
            String token, @JsonProperty("expires_at") Instant expiresAt) {}

    /** The envelope, for the API page. */
    @Schema(name = "SuccessAccess")
    record AccessBody(boolean success, Access data) {}

    @POST
    @Operation(
            operationId = "signIn",
            summary = "Exchange the code of a one-time link for an access token",
            description =
                    "Needs no credential. A code is good once, within 15 minutes; serve prints a link with one when"
                            + " it has started, and ./tokentally link another.")
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(implementation = Code.class)))
    @APIResponse(
            responseCode = "200",
            description = "The access token",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = AccessBody.class)))
    @APIResponse(responseCode = "404", description = "Own-key tokens are off here (not_found)")
    @APIResponse(responseCode = "410", description = "The code is unknown, used or too old (sign_in_ended)")
    public Success<Access> signIn(JsonNode body) {
        var signIns = new SignIns(settings.signInFolder().orElseThrow(NotFound::new));
        String code = code(body);
        SignIn signIn = take(signIns, code).orElseThrow(SignInEnded::new);
        audit.writeSignIn(signIn.principal(), Map.of("roles", signIn.roles()));
        return Success.of(new Access(signIn.accessToken(), signIn.expiresAt()));
    }

    private static String code(JsonNode body) {
        var members = new JsonMembers(body);
        members.require("code");
        String code = members.text("code", MOST_BYTES);
        members.mustBeGood();
        return code;
    }

    private Optional<SignIn> take(SignIns signIns, String code) {
        Instant now = clock.instant();
        try {
            signIns.removeEnded(now);
            return signIns.take(code, now);
        } catch (IOException failure) {
            throw new IllegalStateException("the folder of the sign-ins cannot be read or changed", failure);
        }
    }
}

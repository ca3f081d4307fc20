package io.tokentally.tenancy;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.tokentally.tenancy.Admission.KnownKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Who stands behind an API key. A key that does not count is a bad credential, whatever the reason. */
@ApplicationScoped
class ApiKeyIdentities implements IdentityProvider<ApiKeyRequest> {

    private final Door door;
    private final ApiKeyUses uses;
    private final Clock clock;

    ApiKeyIdentities(Door door, ApiKeyUses uses, Clock clock) {
        this.door = door;
        this.uses = uses;
        this.clock = clock;
    }

    @Override
    public Class<ApiKeyRequest> getRequestType() {
        return ApiKeyRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(ApiKeyRequest request, AuthenticationRequestContext context) {
        return ApiKey.parse(request.shown())
                .map(key -> door.ask(key).map(admission -> identity(key, admission)))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
    }

    private SecurityIdentity identity(ApiKey shown, Admission admission) {
        Instant now = clock.instant();
        KnownKey key = admission
                .key()
                .filter(known -> known.counts(shown, now))
                .orElseThrow(AuthenticationFailedException::new);
        admission.mustBeOpen(false);
        uses.note(shown.tenant(), key.id(), key.lastUsedAt(), now);
        return identity(new Principal(
                Optional.of(shown.tenant()), key.user(), key.roles(), key.expiresAt(), "key:" + shown.recognisable()));
    }

    private static SecurityIdentity identity(Principal principal) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(principal.credential()))
                .addRoles(principal.roles())
                .addAttribute(Principal.ATTRIBUTE, principal)
                .build();
    }
}

package io.tokentally.tenancy.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tokentally.tenancy.Roles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Whose access tokens are believed, and what their claims are called. Keys and issuer stand in {@code mp.jwt.*}. */
@ConfigMapping(prefix = "tokentally.identity")
interface IdentitySettings {

    /** Where an outside access token names its tenant: a {@link ClaimPath}, as the other two. */
    @WithDefault("tenant")
    String tenantClaim();

    @WithDefault("sub")
    String userClaim();

    @WithDefault("groups")
    String rolesClaim();

    /** The outside group that operates this installation; without it nobody from outside does. */
    Optional<String> platformAdminGroup();

    /** The outside group that is our role; without it, the group of the same name. So are the next two. */
    Optional<String> adminGroup();

    Optional<String> serviceGroup();

    Optional<String> memberGroup();

    /** Believe the installation's own key too, beside that of an identity provider. Heeded by start-up. */
    @WithDefault("false")
    boolean allowOwnKeys();

    /** Do without an audience check, for providers that name none. Heeded by start-up. */
    @WithDefault("false")
    boolean anyAudience();

    /** Set by start-up: no identity provider is configured, tokens are our own. */
    @WithDefault("false")
    boolean ownKeys();

    /** Set by start-up where own-key tokens are believed: the folder of {@link OwnKeySet}. */
    Optional<Path> ownKeyFolder();

    /** Role → the outside group that gives it. */
    default Map<String, Optional<String>> groups() {
        return Map.of(
                Roles.PLATFORM_ADMIN, platformAdminGroup(),
                Roles.ADMIN, adminGroup().or(() -> Optional.of(Roles.ADMIN)),
                Roles.SERVICE, serviceGroup().or(() -> Optional.of(Roles.SERVICE)),
                Roles.MEMBER, memberGroup().or(() -> Optional.of(Roles.MEMBER)));
    }
}

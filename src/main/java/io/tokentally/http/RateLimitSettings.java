package io.tokentally.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tokentally.tenancy.Roles;
import java.util.Map;
import java.util.Set;

/** How many requests in a minute one credential may send, by its role; 0 is any number. Each replica counts by itself. */
@ConfigMapping(prefix = "tokentally.rate-limit")
interface RateLimitSettings {

    int UNLIMITED = 0;

    /** A backend speaks for all its users, and what they may do is limited by quota. */
    @WithDefault("0")
    int service();

    @WithDefault("300")
    int member();

    @WithDefault("1200")
    int admin();

    @WithDefault("1200")
    int platformAdmin();

    /** Of several roles the most generous counts. A credential without a role gets nowhere and is not counted. */
    default int perMinute(Set<String> roles) {
        Map<String, Integer> byRole = Map.of(
                Roles.SERVICE, service(),
                Roles.MEMBER, member(),
                Roles.ADMIN, admin(),
                Roles.PLATFORM_ADMIN, platformAdmin());
        boolean isUnlimited = roles.stream().map(byRole::get).anyMatch(limit -> limit <= UNLIMITED);
        return isUnlimited
                ? UNLIMITED
                : roles.stream().mapToInt(byRole::get).max().orElse(UNLIMITED);
    }
}

package io.tokentally.boot;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an access token says of its bearer.
 *
 * @param tenant empty for a platform-admin, who belongs to none
 * @param user empty for a backend or an admin, who acts for no user of their own
 */
public record Grant(Optional<TenantId> tenant, Optional<UserId> user, List<String> roles, Duration ttl) {

    public Grant {
        roles = List.copyOf(roles);
    }

    /** How the audit log calls a bearer who is no user. */
    String bearer() {
        return String.join("+", roles) + tenant.map(t -> "@" + t).orElse("");
    }
}

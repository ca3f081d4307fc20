package io.tokentally.portal;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Principal;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;

/**
 * What a one-time link is good for, as it stands in a file until somebody opens the link.
 *
 * @param bearer whom the access token names
 * @param expiresAt when the access token stops to count
 * @param until when the link does (exclusive)
 */
public record SignIn(
        String accessToken,
        Optional<TenantId> tenant,
        Optional<UserId> user,
        List<String> roles,
        String bearer,
        Instant expiresAt,
        Instant until) {

    public SignIn {
        roles = List.copyOf(roles);
    }

    boolean countsAt(Instant now) {
        return now.isBefore(until);
    }

    Principal principal() {
        return new Principal(tenant, user, Set.copyOf(roles), expiresAt, "token:" + bearer);
    }

    public String toJson() {
        var members = new LinkedHashMap<String, Object>();
        members.put("access_token", accessToken);
        tenant.ifPresent(id -> members.put("tenant", id.value()));
        user.ifPresent(id -> members.put("user", id.value()));
        members.put("roles", roles);
        members.put("bearer", bearer);
        members.put("expires_at", expiresAt.toString());
        members.put("until", until.toString());
        return JsonUtil.toJson(members) + "\n";
    }

    /** @throws IOException if it is none */
    static SignIn ofJson(String json) throws IOException {
        try {
            Map<String, Object> members = JsonUtil.parseJson(json);
            return new SignIn(
                    text(members, "access_token"),
                    Optional.ofNullable((String) members.get("tenant")).map(TenantId::new),
                    Optional.ofNullable((String) members.get("user")).map(UserId::new),
                    ((List<?>) members.get("roles"))
                            .stream().map(String.class::cast).toList(),
                    text(members, "bearer"),
                    Instant.parse(text(members, "expires_at")),
                    Instant.parse(text(members, "until")));
        } catch (JoseException | RuntimeException e) {
            throw new IOException("no sign-in", e); // not the cause's words: they may quote the file
        }
    }

    private static String text(Map<String, Object> members, String name) {
        return Optional.of((String) members.get(name)).orElseThrow();
    }
}

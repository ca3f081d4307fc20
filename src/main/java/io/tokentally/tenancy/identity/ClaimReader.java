package io.tokentally.tenancy.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Principal;
import io.tokentally.tenancy.Roles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwt.JwtClaims;

/**
 * Reads the claims of a verified access token into a {@link Principal}. What is not of the form expected counts as
 * absent: no tenant, no user, no role.
 *
 * @param fromOutside the tenant may also be the only element of a list, or the only name in an object of objects: so
 *     Keycloak writes the organisations of a user
 * @param groups role → the group that gives it
 */
record ClaimReader(
        ClaimPath tenant, ClaimPath user, ClaimPath roles, boolean fromOutside, Map<String, Optional<String>> groups) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Who holds a token that names no user: our own backends, the clients of Keycloak and Auth0, others (RFC 9068). */
    private static final List<String> HOLDERS = List.of("sub", "upn", "azp", "client_id");

    /** For what our own key has signed: its claims have our names, and its groups are roles. */
    static ClaimReader ofOurOwn() {
        return new ClaimReader(
                new ClaimPath("tenant"),
                new ClaimPath("sub"),
                new ClaimPath("groups"),
                false,
                Roles.ALL.stream().collect(Collectors.toMap(role -> role, Optional::of)));
    }

    static ClaimReader ofProvider(IdentitySettings settings) {
        return new ClaimReader(
                new ClaimPath(settings.tenantClaim()),
                new ClaimPath(settings.userClaim()),
                new ClaimPath(settings.rolesClaim()),
                true,
                settings.groups());
    }

    Principal read(JwtClaims token) {
        Map<String, Object> claims = token.getClaimsMap();
        Optional<UserId> who = user(user.in(claims));
        return new Principal(
                tenant(tenant.in(claims)),
                who,
                roles(names(roles.in(claims))),
                end(claims.get("exp")),
                "token:" + holder(who, claims));
    }

    private static Instant end(Object claim) {
        return claim instanceof Number seconds ? Instant.ofEpochSecond(seconds.longValue()) : null;
    }

    private Optional<TenantId> tenant(Object claim) {
        Object name = fromOutside ? onlyOne(claim) : claim;
        return name instanceof String id && TenantId.isValid(id) ? Optional.of(new TenantId(id)) : Optional.empty();
    }

    private static Object onlyOne(Object claim) {
        return switch (claim) {
            case List<?> list when list.size() == 1 -> list.getFirst();
            case Map<?, ?> object
            when object.size() == 1 && object.values().iterator().next() instanceof Map ->
                object.keySet().iterator().next();
            case null, default -> claim;
        };
    }

    private static Optional<UserId> user(Object claim) {
        return Optional.ofNullable(JsonUserId.read("user", JSON.valueToTree(claim), new ArrayList<>()))
                .map(JsonUserId::id);
    }

    private static Set<String> names(Object claim) {
        return switch (claim) {
            case String text -> Set.copyOf(List.of(text.strip().split("\\s+")));
            case List<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String.class::cast).collect(Collectors.toSet());
            case null, default -> Set.of();
        };
    }

    private Set<String> roles(Set<String> named) {
        var given = new HashSet<String>();
        groups.forEach((role, group) -> group.filter(named::contains).ifPresent(ignored -> given.add(role)));
        return given;
    }

    private static String holder(Optional<UserId> user, Map<String, Object> claims) {
        return user.map(UserId::value)
                .or(() -> HOLDERS.stream()
                        .map(claims::get)
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .findFirst())
                .orElse("unnamed");
    }
}

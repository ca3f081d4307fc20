package io.tokentally.tenancy;

import java.util.Set;

/** The roles an access token can carry in its {@code groups}. */
public final class Roles {

    /** An application backend: records calls and asks whether a user may call. */
    public static final String SERVICE = "service";

    /** An end user: sees their own usage. */
    public static final String MEMBER = "member";

    /** A tenant's admin: sees and manages the organisation. */
    public static final String ADMIN = "admin";

    /** The operator of the installation: creates tenants, does not read a tenant's usage. */
    public static final String PLATFORM_ADMIN = "platform-admin";

    public static final Set<String> ALL = Set.of(SERVICE, MEMBER, ADMIN, PLATFORM_ADMIN);

    private Roles() {}

    /** No credential has more than its maker. An admin may do what backends and users may; nobody makes operators. */
    static Set<String> thatMayBeGivenBy(Set<String> maker) {
        return maker.contains(ADMIN) ? Set.of(SERVICE, MEMBER, ADMIN) : Set.of();
    }
}

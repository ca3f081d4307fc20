package io.tokentally.tenancy;

import io.tokentally.shared.QueryParameters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the audit log tells of, the tenant's or the platform's: every change an admin or the operator makes, every export
 * and every erasure, and who signed in by a one-time link.
 */
public enum AuditAction {
    TENANT_CREATED,
    TENANT_CHANGED,
    TENANT_SUSPENDED,
    TENANT_RESUMED,
    TENANT_EXPORTED,
    TENANT_REMOVED,
    KEY_CREATED,
    KEY_ROTATED,
    KEY_REVOKED,
    LINK_USED,
    TIER_CHANGED,
    PRICE_CREATED,
    PRICE_ENDED,
    PRICE_REMOVED,
    USER_CHANGED,
    USER_EXPORTED,
    USER_ERASED,
    USAGE_EXPORTED,
    LIST_EXPORTED,
    USAGE_REVERSED,
    SUMS_REBUILT;

    /** {@code tier.changed}: as callers and the table read it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** Null when absent, or wrong. */
    public static AuditAction read(QueryParameters parameters, String code) {
        Optional<AuditAction> found = ofCode(code);
        if (code != null && found.isEmpty()) {
            parameters.wrong("action", "must be one of " + codes());
        }
        return found.orElse(null);
    }

    private static Optional<AuditAction> ofCode(String code) {
        return Arrays.stream(values())
                .filter(action -> action.code().equals(code))
                .findFirst();
    }

    private static String codes() {
        return Arrays.stream(values()).map(AuditAction::code).collect(Collectors.joining(", "));
    }
}

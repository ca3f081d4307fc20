package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** The access token is good but names no tenant, and this route belongs to one. */
public final class NoTenant extends Refusal {

    NoTenant() {
        super(Kind.FORBIDDEN, "no_tenant", "The access token names no tenant.");
    }
}

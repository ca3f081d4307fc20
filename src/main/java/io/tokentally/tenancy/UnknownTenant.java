package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** The tenant does not exist and this installation does not make tenants at their first write. */
public final class UnknownTenant extends Refusal {

    UnknownTenant() {
        super(Kind.FORBIDDEN, "unknown_tenant", "This tenant does not exist here; the operator creates it first.");
    }
}

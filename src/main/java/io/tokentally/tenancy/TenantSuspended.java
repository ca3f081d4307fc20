package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** The operator has suspended the tenant. Its data is kept; nothing was written. */
public final class TenantSuspended extends Refusal {

    TenantSuspended() {
        super(Kind.FORBIDDEN, "tenant_suspended", "This tenant is suspended; its operator can resume it.");
    }
}

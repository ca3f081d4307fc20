package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** Only a suspended tenant can be removed; nothing was changed. */
final class TenantActive extends Refusal {

    TenantActive() {
        super(Kind.CONFLICT, "tenant_active", "This tenant is active. Suspend it first.");
    }
}

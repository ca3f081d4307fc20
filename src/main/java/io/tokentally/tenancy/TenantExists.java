package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** A tenant of that id exists, or was removed; nothing was changed. */
final class TenantExists extends Refusal {

    TenantExists() {
        super(
                Kind.CONFLICT,
                "tenant_exists",
                "A tenant with this id exists, or existed once: an id is given once only.");
    }
}

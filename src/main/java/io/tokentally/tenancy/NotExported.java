package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** Nobody has taken out what would be lost; nothing was changed. */
final class NotExported extends Refusal {

    NotExported() {
        super(
                Kind.CONFLICT,
                "not_exported",
                "No whole export was made since this tenant was suspended. Make one, or send without_export=true.");
    }
}

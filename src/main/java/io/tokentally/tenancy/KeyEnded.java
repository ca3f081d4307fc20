package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** A key that is revoked, expired or rotated already cannot be rotated; nothing was changed. */
final class KeyEnded extends Refusal {

    KeyEnded() {
        super(Kind.CONFLICT, "key_ended", "This key is revoked, expired or was rotated before; create a new one.");
    }
}

package io.tokentally.portal;

import io.tokentally.shared.Refusal;

/** Unknown, used or too old: which of them is nobody's business. */
final class SignInEnded extends Refusal {

    SignInEnded() {
        super(
                Kind.GONE,
                "sign_in_ended",
                "This link was used, or is older than 15 minutes; ./tokentally link prints another.");
    }
}

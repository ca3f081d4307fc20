package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;

/** The access token is good but stands for no user, and this request is about oneself. */
final class NoUser extends Refusal {

    NoUser() {
        super(Kind.FORBIDDEN, "no_user", "The access token's subject is no user id.");
    }
}

package io.tokentally.boot;

/** Whether access tokens are signed by this installation, by an identity provider the operator named, or by both. */
final class OwnKeys {

    private OwnKeys() {}

    /** No identity provider: our own keys and no others. */
    static boolean inUse(Settings settings) {
        return !IdentityProvider.isConfigured(settings);
    }

    /** Our own keys count, alone or beside an identity provider's. */
    static boolean areBelieved(Settings settings) {
        return inUse(settings) || IdentityProvider.allowsOwnKeys(settings);
    }

    static void refuseIfOff(Settings settings) {
        if (!areBelieved(settings)) {
            throw new StartRefused("Access tokens come from the identity provider of MP_JWT_VERIFY_PUBLICKEY_LOCATION,"
                    + " and own-key tokens are off; TOKENTALLY_IDENTITY_ALLOW_OWN_KEYS=true, here and where it serves,"
                    + " believes both.");
        }
    }
}

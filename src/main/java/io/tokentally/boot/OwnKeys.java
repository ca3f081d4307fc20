package io.tokentally.boot;

import java.util.List;

/** Whether access tokens are signed by this installation, or by an identity provider the operator named. */
final class OwnKeys {

    private static final List<String> OUTSIDE_KEY =
            List.of("mp.jwt.verify.publickey.location", "mp.jwt.verify.publickey");

    private OwnKeys() {}

    static boolean inUse(Settings settings) {
        return OUTSIDE_KEY.stream().noneMatch(settings::has);
    }

    static void refuseIfOutside(Settings settings) {
        if (!inUse(settings)) {
            throw new StartRefused("Access tokens come from the identity provider of MP_JWT_VERIFY_PUBLICKEY_LOCATION;"
                    + " this installation signs none of its own.");
        }
    }
}

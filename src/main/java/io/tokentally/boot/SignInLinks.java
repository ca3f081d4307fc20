package io.tokentally.boot;

import io.tokentally.portal.SignIn;
import io.tokentally.portal.SignIns;
import io.tokentally.shared.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Makes links that sign in to the portal once. */
record SignInLinks(DataFolder folder) {

    /** Of the examples that a newcomer is shown. */
    static final TenantId FIRST_TENANT = new TenantId("acme");

    static final Duration ACCESS = Duration.ofHours(12);

    /** The code stands behind {@code #}, which browsers keep from servers, and so from their logs. */
    String make(String url, Grant grant, Instant now) {
        String accessToken = SigningKeys.in(folder.keys()).mint(grant, now);
        String code = SignIns.newCode();
        write(code, signIn(accessToken, grant, now), now);
        return url + "/admin#sign-in=" + code;
    }

    private static SignIn signIn(String accessToken, Grant grant, Instant now) {
        return new SignIn(
                accessToken,
                grant.tenant(),
                grant.user(),
                grant.roles(),
                grant.user().map(Object::toString).orElseGet(grant::bearer),
                now.plus(grant.ttl()).truncatedTo(ChronoUnit.SECONDS),
                now.plus(SignIns.LIFE));
    }

    private void write(String code, SignIn signIn, Instant now) {
        Path waiting = folder.signIns();
        try {
            PrivateFiles.makeFolder(waiting);
            var signIns = new SignIns(waiting);
            signIns.removeEnded(now);
            PrivateFiles.write(signIns.file(code), signIn.toJson());
        } catch (IOException e) {
            throw new StartRefused("The folder %s cannot be written to (%s).".formatted(waiting, Reason.of(e)), e);
        }
    }
}

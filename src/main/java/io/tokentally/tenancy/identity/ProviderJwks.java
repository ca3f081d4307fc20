package io.tokentally.tenancy.identity;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.lang.JoseException;

/** A JWK Set at a URL. After a failure the provider is left alone for a while, whoever asks. */
final class ProviderJwks extends HttpsJwks {

    private static final Logger LOG = Logger.getLogger(ProviderJwks.class);
    private static final Duration LEFT_ALONE = Duration.ofSeconds(10);

    private final Clock clock;
    private volatile Instant failedAt;

    ProviderJwks(String location, Clock clock) {
        super(location);
        this.clock = clock;
        setRefreshReprieveThreshold(0); // the intervals of smallrye.jwt.jwks.* decide
    }

    @Override
    public void refresh() throws JoseException, IOException {
        if (hasJustFailed()) {
            throw new IOException("the last attempt failed a moment ago");
        }
        try {
            super.refresh();
            succeeded();
        } catch (JoseException | IOException | RuntimeException e) {
            failed(e);
            throw e;
        }
    }

    private boolean hasJustFailed() {
        Instant failure = failedAt;
        return failure != null
                && Duration.between(failure, clock.instant()).abs().compareTo(LEFT_ALONE) < 0;
    }

    private void succeeded() {
        if (failedAt != null) {
            LOG.infof("The identity provider's keys at %s are there again", getLocation());
        }
        failedAt = null;
    }

    private void failed(Exception why) {
        if (failedAt == null) {
            LOG.warnf(
                    "The identity provider's keys cannot be had from %s (%s); those known go on to count",
                    getLocation(), why.getMessage());
        }
        failedAt = clock.instant();
    }
}

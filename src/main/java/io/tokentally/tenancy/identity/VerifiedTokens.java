package io.tokentally.tenancy.identity;

import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers for a minute that an access token was good, because a backend sends the same one with every call and each
 * check of its signature costs more than the call itself. A token that has expired is checked again, and refused; a
 * verification key that was taken back counts for a minute more at most. What is not good is never remembered.
 */
@Alternative
@Priority(1)
@ApplicationScoped
class VerifiedTokens extends JWTCallerPrincipalFactory {

    private static final int MOST = 1_000;
    private static final Duration TRUSTED = Duration.ofMinutes(1);

    private record Verified(JWTCallerPrincipal caller, Instant until) {}

    private final Issuers issuers;
    private final Clock clock;
    private final Map<String, Verified> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > MOST;
        }
    });

    VerifiedTokens(IdentitySettings identity, Clock clock) {
        this.issuers = Issuers.of(identity, clock);
        this.clock = clock;
    }

    @Override
    public JWTCallerPrincipal parse(String token, JWTAuthContextInfo settings) throws ParseException {
        Instant now = clock.instant();
        Verified before = known.get(token);
        if (before != null && now.isBefore(before.until)) {
            return before.caller;
        }
        JWTCallerPrincipal caller = verify(token, settings);
        known.put(
                token,
                new Verified(caller, earlier(now.plus(TRUSTED), Instant.ofEpochSecond(caller.getExpirationTime()))));
        return caller;
    }

    /** What a stranger sends is a bad token, whatever it makes our libraries say. */
    private JWTCallerPrincipal verify(String token, JWTAuthContextInfo settings) throws ParseException {
        try {
            return issuers.verify(token, settings);
        } catch (RuntimeException e) {
            throw new ParseException("the token cannot be read", e);
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}

package io.tokentally.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.tokentally.http.RateLimits.Share;
import io.tokentally.tenancy.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Counts requests by credential, once it is verified and before the body is read, and says on every answer what is left
 * (draft-ietf-httpapi-ratelimit-headers). A stranger is answered 401 without anything being counted: many strangers are
 * for the proxy in front to tell apart, which knows their addresses.
 */
@ApplicationScoped
class RateLimiting {

    private static final String SHARE = RateLimiting.class.getName() + ".share";
    private static final String UNCOUNTED = RateLimiting.class.getName() + ".uncounted";

    private final RateLimits limits;
    private final SecurityIdentity identity;
    private final Caller caller;

    RateLimiting(RateLimits limits, SecurityIdentity identity, Caller caller) {
        this.limits = limits;
        this.identity = identity;
        this.caller = caller;
    }

    @ServerRequestFilter
    void count(ContainerRequestContext request) {
        if (!identity.isAnonymous()) {
            take(request);
        }
        if (request.getProperty(SHARE) instanceof Share share && !share.isGranted()) {
            throw new RateLimited(share.secondsToWait());
        }
    }

    /** A wrong role ends a request before it is counted. It costs its caller as much as any other. */
    static void countThough(ContainerRequestContext forbidden) {
        forbidden.setProperty(UNCOUNTED, true);
    }

    @ServerResponseFilter
    void tell(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(UNCOUNTED) != null) {
            take(request);
        }
        if (request.getProperty(SHARE) instanceof Share share) {
            response.getHeaders().putSingle("RateLimit-Policy", share.policy());
            response.getHeaders().putSingle("RateLimit", share.left());
        }
    }

    private void take(ContainerRequestContext request) {
        limits.take(caller.principal()).ifPresent(share -> request.setProperty(SHARE, share));
    }
}

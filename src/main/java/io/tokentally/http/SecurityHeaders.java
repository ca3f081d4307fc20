package io.tokentally.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/**
 * What every answer tells a browser: believe the media type, tell nobody where you came from, show us in no frame, load
 * nothing that the page does not need. Quarkus can set headers by configuration, but not on what fails before its
 * routes, so all of them stand here.
 */
@ApplicationScoped
class SecurityHeaders {

    /** Before CORS, which has the number 300 and answers by itself. */
    private static final int FIRST = 400;

    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence REFERRER_POLICY = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final CharSequence FRAME_OPTIONS = HttpHeaders.createOptimized("X-Frame-Options");
    private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
    private static final CharSequence CONTENT_POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence TRANSPORT = HttpHeaders.createOptimized("Strict-Transport-Security");

    private static final String NOWHERE = "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** For what is no page. */
    private static final CharSequence NOTHING = HttpHeaders.createOptimized("default-src 'none'" + NOWHERE);

    /** For the start page. */
    private static final CharSequence OWN_STYLE_AND_PICTURES =
            HttpHeaders.createOptimized("default-src 'none'; style-src 'self'; img-src 'self'" + NOWHERE);

    /** Swagger UI is started by scripts inside its page; it speaks to this service only. */
    private static final CharSequence SWAGGER_UI = HttpHeaders.createOptimized(
            "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
                    + " img-src 'self' data:; connect-src 'self'" + NOWHERE);

    private final Optional<CharSequence> transport;

    SecurityHeaders(HttpSettings settings) {
        this.transport = settings.strictTransportSecurity().map(HttpHeaders::createOptimized);
    }

    void install(@Observes Filters filters) {
        filters.register(this::add, FIRST);
    }

    private void add(RoutingContext context) {
        addTo(context.request(), context.normalizedPath());
        context.next();
    }

    /** For an answer to what has no path that could be read. */
    void addTo(HttpServerRequest request) {
        addTo(request, "/api/");
    }

    /** A route that can be cached says so by itself: its own {@code Cache-Control} replaces ours. */
    private void addTo(HttpServerRequest request, String path) {
        HttpServerResponse response = request.response();
        response.putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF)
                .putHeader(REFERRER_POLICY, NO_REFERRER)
                .putHeader(FRAME_OPTIONS, DENY)
                .putHeader(CONTENT_POLICY, policyFor(path));
        transport.ifPresent(value -> response.putHeader(TRANSPORT, value));
        if (isOfTheApi(path)) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
        }
    }

    private static CharSequence policyFor(String path) {
        if (path.startsWith("/q/swagger-ui")) {
            return SWAGGER_UI;
        }
        return path.equals("/") || path.equals("/index.html") ? OWN_STYLE_AND_PICTURES : NOTHING;
    }

    private static boolean isOfTheApi(String path) {
        return path.startsWith("/api") || path.startsWith("/v1");
    }
}

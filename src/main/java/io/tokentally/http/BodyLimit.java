package io.tokentally.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tokentally.shared.AtMost;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * How long a body may be: 16 MiB where many usage events are sent at once, 1 MiB elsewhere. One that announces itself as
 * longer is refused before it is read, one that does not is counted while it is. Quarkus limits all routes alike and
 * refuses without a document; this stands before it.
 */
@ApplicationScoped
class BodyLimit {

    /** Quarkus's own check has the number 2. */
    private static final int BEFORE_QUARKUS = 100;

    private static final int AFTER_QUARKUS = 1;

    private static final long HEADROOM_BYTES = 1 << 20;

    private static final long FEW_BYTES = 1 << 20;

    /** These count what they read by themselves, unpacked too. */
    private static final Set<String> LONG_BODIES = Set.of("POST /api/usage/events");

    private static final Set<String> METHODS_WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private final long mostBytes;

    BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize most) {
        this.mostBytes = most.asLongValue();
    }

    void install(@Observes Filters filters) {
        filters.register(this::check, BEFORE_QUARKUS);
        filters.register(this::letTheRouteCountFirst, AFTER_QUARKUS);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (announcedBytes(request) <= most(context)) {
            context.next();
            return;
        }
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        Problem.send(request, HttpRefusal.TOO_LARGE);
    }

    /** Quarkus counts a body of unknown length too, and closes the connection without a word: it comes after us. */
    private void letTheRouteCountFirst(RoutingContext context) {
        if (context.get(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY) != null) {
            context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, mostBytes + HEADROOM_BYTES);
        }
        context.next();
    }

    @ServerRequestFilter
    void count(ContainerRequestContext request, RoutingContext context) {
        boolean isUnannounced = request.getHeaderString("Content-Length") == null;
        if (isUnannounced && METHODS_WITH_BODY.contains(request.getMethod()) && !mayBeLong(context)) {
            request.setEntityStream(new AtMost(FEW_BYTES, request.getEntityStream()));
        }
    }

    private long most(RoutingContext context) {
        return mayBeLong(context) ? mostBytes : FEW_BYTES;
    }

    private static boolean mayBeLong(RoutingContext context) {
        String path = context.normalizedPath();
        String route = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return LONG_BODIES.contains(context.request().method() + " " + route);
    }

    private static long announcedBytes(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException notALength) {
            return 0;
        }
    }
}

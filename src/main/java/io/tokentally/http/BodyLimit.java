package io.tokentally.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses a body that announces itself as too large. Quarkus does so before the REST layer and without a body; this
 * stands before Quarkus and answers with a problem document.
 */
@ApplicationScoped
class BodyLimit {

    /** Quarkus's own check has the number 2. */
    private static final int BEFORE_QUARKUS = 100;

    private static final int AFTER_QUARKUS = 1;

    private static final long HEADROOM_BYTES = 1 << 20;

    private final long mostBytes;

    BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize most) {
        this.mostBytes = most.asLongValue();
    }

    void install(@Observes Filters filters) {
        filters.register(this::check, BEFORE_QUARKUS);
        filters.register(this::letTheRouteCountFirst, AFTER_QUARKUS);
    }

    /**
     * A body without an announced length is counted while it is read. A route that counts by itself answers with a
     * problem document; Quarkus, which closes the connection instead, comes after it.
     */
    private void letTheRouteCountFirst(RoutingContext request) {
        if (request.get(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY) != null) {
            request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, mostBytes + HEADROOM_BYTES);
        }
        request.next();
    }

    private void check(RoutingContext request) {
        if (announcedBytes(request) <= mostBytes) {
            request.next();
            return;
        }
        String id = RequestIds.idFor(request.request().getHeader(RequestIds.HEADER));
        request.response()
                .setStatusCode(413)
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(RequestIds.HEADER, id)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(new JsonObject(Problem.body(413, "too_large", Failures.TOO_LARGE, Map.of())).encode());
    }

    private static long announcedBytes(RoutingContext request) {
        String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException notALength) {
            return 0;
        }
    }
}

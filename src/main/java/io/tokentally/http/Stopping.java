package io.tokentally.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses every further request once the service is told to stop. Quarkus waits for the requests on their way, but goes
 * on taking new ones: under steady load it would never see the last of them.
 */
@ApplicationScoped
class Stopping {

    /** Before all else, {@link BodyLimit} included. */
    private static final int FIRST = 200;

    private static final String DETAIL = "The service is stopping. Nothing was written; send the same again.";

    private final Vertx vertx;
    private final Optional<Duration> delay;
    private volatile boolean refuses;

    Stopping(Vertx vertx, @ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> delay) {
        this.vertx = vertx;
        this.delay = delay.filter(Duration::isPositive);
    }

    void install(@Observes Filters filters) {
        filters.register(this::check, FIRST);
    }

    /** An operator's delay lets the balancers look away first; until it is over the service works as ever. */
    void begin(@Observes ShutdownDelayInitiatedEvent told) {
        delay.ifPresentOrElse(time -> vertx.setTimer(time.toMillis(), timer -> refuses = true), () -> refuses = true);
    }

    private void check(RoutingContext context) {
        if (refuses) {
            refuse(context.request());
        } else {
            context.next();
        }
    }

    /** The body is read to its end first: closing on unread bytes would reset the connection, and the answer with it. */
    private static void refuse(HttpServerRequest request) {
        if (request.getHeader(HttpHeaders.EXPECT) != null) {
            answer(request);
            return;
        }
        request.end().onSuccess(read -> answer(request));
        request.resume();
    }

    private static void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.RETRY_AFTER, DatabaseTrouble.RETRY_AFTER_SECONDS);
        if (request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        Problem.send(request, 503, "shutting_down", DETAIL);
    }
}

package io.tokentally.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * What fails beside the REST layer (no usable {@code Host}, an address without a path, a page that breaks) is a problem
 * document too. Quarkus would answer with nothing, or with a body of its own and an error in the log. What it refuses
 * before all routes, such as {@code %zz} in an address, stays a bare status.
 */
@ApplicationScoped
class EarlyFailures {

    private static final Logger LOG = Logger.getLogger(EarlyFailures.class);

    private static final int BEFORE_QUARKUS = -1_000;

    private final SecurityHeaders headers;

    EarlyFailures(SecurityHeaders headers) {
        this.headers = headers;
    }

    void install(@Observes Router router) {
        router.route().order(BEFORE_QUARKUS).failureHandler(this::answer);
    }

    private void answer(RoutingContext context) {
        boolean isForQuarkus = context.failure() instanceof SecurityException;
        if (isForQuarkus || context.response().headWritten()) {
            context.next();
        } else if (HttpRefusal.of(context.statusCode()).isPresent()) {
            refuse(context);
        } else if (context.statusCode() >= 400 && context.statusCode() < 500) {
            context.next();
        } else {
            fault(context);
        }
    }

    private void refuse(RoutingContext context) {
        headers.addTo(context.request());
        Problem.send(context.request(), HttpRefusal.of(context.statusCode()).orElseThrow());
    }

    private void fault(RoutingContext context) {
        LOG.error("A request failed", context.failure());
        headers.addTo(context.request());
        Problem.send(context.request(), 500, "internal_error", Failures.BROKEN);
    }
}

package io.tokentally.portal;

import io.quarkiverse.web.bundler.runtime.Bundle;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;

/**
 * The one page of the portal: every address below {@code /admin} answers with it, and what is shown there is for its script
 * to say. The script speaks to this service, and to the identity provider if there is one; the browser is told to hold it
 * to that.
 */
@ApplicationScoped
class PortalPage {

    /** Also with a slash, and whatever follows but the bundle's own files. */
    private static final String ADDRESSES = "/admin(/(?!static/).*)?";

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <title>Tokentally</title>
              <link rel="icon" href="/mark.svg" type="image/svg+xml">
              <link rel="stylesheet" href="%s">
              <script type="module" src="%s"></script>
            </head>
            <body><noscript>The portal needs JavaScript. The same figures are at /api; see the API page.</noscript></body>
            </html>
            """;

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'%s; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final String page;
    private final String policy;

    PortalPage(Bundle bundle, PortalSettings settings) {
        this.page = PAGE.formatted(bundle.style("app"), bundle.script("app"));
        this.policy = POLICY.formatted(settings.identityProvider()
                .authority()
                .map(authority -> " " + origin(URI.create(authority)))
                .orElse(""));
    }

    void install(@Observes Router router) {
        router.getWithRegex(ADDRESSES).handler(this::answer);
        router.headWithRegex(ADDRESSES).handler(this::answer);
    }

    private void answer(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html;charset=UTF-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader("Content-Security-Policy", policy)
                .end(page);
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getAuthority();
    }
}

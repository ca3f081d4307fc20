package io.tokentally.portal;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * How long each page takes from the click until all of it is there, charts included. No test of the suite, but a
 * measurement of a service that runs: {@code ./mvnw test -Dtest=PortalPageTimes -Dportal.url=http://127.0.0.1:8080
 * -Dportal.token=…}; with {@code -Dportal.operator=…} also of an operator's pages.
 */
class PortalPageTimes {

    private static final int ROUNDS = 5;

    /** Everything is there: nothing on its way, nothing being read anew, each chart drawn. */
    private static final String IS_DONE = """
            path => document.querySelector('.side [aria-current]')?.pathname === path.split('/').slice(0, 3).join('/')
                && document.querySelector('main h1') !== null
                && !document.querySelector('main .bone, main [aria-busy=true]')
                && [...document.querySelectorAll('main .chart')].every(chart => chart.querySelector('canvas'))""";

    private static final String GO = """
            path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }""";

    private static final List<String> OF_AN_ADMIN = List.of(
            "",
            "/users",
            "/users/7",
            "/endpoints",
            "/models",
            "/sessions",
            "/branches",
            "/calls",
            "/prices",
            "/tiers",
            "/keys",
            "/settings",
            "/audit");

    private static final List<String> OF_AN_OPERATOR = List.of("/tenants", "/installation-audit");

    @Test
    void ofEachPage() {
        String url = System.getProperty("portal.url", "");
        Assumptions.assumeFalse(url.isEmpty(), "-Dportal.url says which service to measure");
        try (Chromium chromium =
                Chromium.start(Chromium.program(System.getenv()).orElseThrow())) {
            System.out.printf("%n| Page | first, ms | then, median of %d, ms |%n|---|---|---|%n", ROUNDS);
            measure(chromium.browser(), url, System.getProperty("portal.token", ""), OF_AN_ADMIN);
            measure(chromium.browser(), url, System.getProperty("portal.operator", ""), OF_AN_OPERATOR);
        }
    }

    private static void measure(Browser browser, String url, String token, List<String> pages) {
        if (token.isEmpty()) {
            return;
        }
        for (String path : pages) {
            try (BrowserContext context = browser.newContext()) {
                Page page = context.newPage();
                page.addInitScript("sessionStorage.setItem('tokentally.token', '" + token + "')");
                page.navigate(url + "/admin" + away(path));
                page.waitForFunction("() => document.querySelector('main h1')");
                double first = millisecondsTo(page, path);
                double[] again = DoubleStream.generate(() -> back(page, path))
                        .limit(ROUNDS)
                        .sorted()
                        .toArray();
                System.out.printf("| /admin%s | %.0f | %.0f |%n", path, first, again[ROUNDS / 2]);
            }
        }
    }

    /** A page that asks for little. */
    private static String away(String path) {
        return OF_AN_OPERATOR.contains(path) ? "/self-check" : path.equals("/tiers") ? "/keys" : "/tiers";
    }

    private static double back(Page page, String path) {
        millisecondsTo(page, away(path));
        return millisecondsTo(page, path);
    }

    private static double millisecondsTo(Page page, String path) {
        long begun = System.nanoTime();
        page.evaluate(GO, "/admin" + path);
        page.waitForFunction(IS_DONE, "/admin" + path);
        return (System.nanoTime() - begun) / 1e6;
    }
}

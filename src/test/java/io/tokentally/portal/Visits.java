package io.tokentally.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ReducedMotion;
import io.restassured.RestAssured;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one test does in browsers: each {@link #visit} is one of its own, with nothing left of another. The test fails when
 * a page has an error, writes one, asks for what the content policy forbids, or asks another host.
 */
final class Visits {

    /** What Chromium writes of a refused request, besides what our pages write; without a status: unreachable. */
    private static final Pattern REFUSED =
            Pattern.compile("Failed to load resource: (?:the server responded with a status of (\\d+) .*|net::.*)");

    static final int UNREACHABLE = 0;

    private final Browser browser;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Set<String> hosts = new HashSet<>(Set.of(origin()));
    private final Set<Integer> refusals = new HashSet<>();

    Visits(Browser browser) {
        this.browser = browser;
    }

    static String origin() {
        return "http://127.0.0.1:" + RestAssured.port;
    }

    /** These are no faults in this test. */
    Visits mayBeRefusedWith(Integer... statuses) {
        refusals.addAll(List.of(statuses));
        return this;
    }

    Visits mayAsk(String origin) {
        hosts.add(origin);
        return this;
    }

    /** At the sign-in page. */
    Tab visit() {
        return new Tab(newContext().newPage());
    }

    /** Signed in, as after a reload of the tab, and with the pages' figures standing still. */
    Tab visit(String accessToken) {
        BrowserContext context = newContext();
        context.addInitScript("if (location.protocol !== 'about:') sessionStorage.setItem('tokentally.token', '"
                + accessToken + "')");
        return new Tab(context.newPage());
    }

    private BrowserContext newContext() {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(origin())
                .setViewportSize(1280, 900)
                .setLocale("en-GB")
                .setTimezoneId("America/New_York") // not the tenant's, whose days are meant
                .setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(Chromium.PATIENCE_MS);
        context.onConsoleMessage(this::listen);
        context.onWebError(error -> faults.add("the page failed: " + error.error()));
        context.onRequest(this::watch);
        contexts.add(context);
        return context;
    }

    private void listen(ConsoleMessage message) {
        if (Set.of("error", "warning").contains(message.type()) && !isExpected(message.text())) {
            faults.add("written to the console: " + message.text() + " " + message.location());
        }
    }

    private boolean isExpected(String message) {
        Matcher refused = REFUSED.matcher(message);
        return refused.matches()
                && refusals.contains(Optional.ofNullable(refused.group(1))
                        .map(Integer::valueOf)
                        .orElse(UNREACHABLE));
    }

    private void watch(Request request) {
        URI address = URI.create(request.url().replaceFirst("[?#].*", ""));
        boolean isFromTheNet = Set.of("http", "https", "ws", "wss").contains(address.getScheme());
        if (isFromTheNet && !hosts.contains(address.getScheme() + "://" + address.getAuthority())) {
            faults.add("asked another host: " + address);
        }
    }

    void end(String test, boolean failed) {
        try {
            if (failed) {
                keepPictures(test);
            } else {
                contexts.forEach(context -> context.pages().forEach(page -> page.evaluate("0"))); // all is heard before
                assertThat(faults).as("what the browser complains of").isEmpty();
            }
        } finally {
            contexts.forEach(BrowserContext::close);
        }
    }

    private void keepPictures(String test) {
        String name = test.replaceAll(".*class:[\\w.]*\\.", "").replaceAll("\\W+", "-");
        int number = 1;
        for (BrowserContext context : contexts) {
            for (Page page : context.pages()) {
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(Path.of("target", "browser", name + number++ + ".png"))
                        .setFullPage(true));
            }
        }
        faults.forEach(fault -> System.err.println("In the browser: " + fault));
    }
}

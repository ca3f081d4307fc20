package io.tokentally.portal;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The one browser of a test run: this machine's own, for none is ever downloaded. */
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {

    static final String MISSING = "No Chromium on this machine, so the portal was not tried in a browser: install one"
            + " (Debian and Ubuntu: apt-get install chromium), or name its program in TOKENTALLY_CHROMIUM.";

    private static final String SETTING = "TOKENTALLY_CHROMIUM";
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    /** It starts as root and in containers, and speaks to nobody by itself. */
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** How long what a test waits for may take: a slow machine is no fault. */
    static final double PATIENCE_MS = 15_000;

    static Optional<Path> program(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(SETTING))
                .filter(named -> !named.isBlank())
                .map(Path::of)
                .or(() -> onThePath(environment.getOrDefault("PATH", "")));
    }

    private static Optional<Path> onThePath(String folders) {
        return NAMES.stream()
                .flatMap(name -> Stream.of(folders.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start(Path program) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        var playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(program)
                                .setArgs(FLAGS)));
    }

    @Override
    public void close() {
        playwright.close();
    }
}

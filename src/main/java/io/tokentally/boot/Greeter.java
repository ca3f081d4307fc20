package io.tokentally.boot;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** Runs once everything is up: says so, then waits for the signal to stop. */
public final class Greeter implements QuarkusApplication {

    private static Greeting greeting;
    private static Optional<SignInLinks> links;

    /** @param signIn empty where own-key tokens are not believed */
    static void say(Greeting text, Optional<SignInLinks> signIn) {
        greeting = text;
        links = signIn;
    }

    @Override
    public int run(String... words) {
        HttpAddress address = listeningAt();
        Optional<String> link =
                links.flatMap(made -> linkIfPossible(made, address.url(), greeting.portalGrant(), System.err));
        System.out.println(greeting.text(address, link));
        System.out.flush();
        Quarkus.waitForExit();
        return 0;
    }

    /** The service is up, and stays so without that one way in. */
    static Optional<String> linkIfPossible(SignInLinks links, String url, Grant grant, PrintStream err) {
        try {
            return Optional.of(links.make(url, grant, Instant.now()));
        } catch (StartRefused none) {
            err.println("tokentally: No link signs in to the portal. " + none.getMessage());
            return Optional.empty();
        }
    }

    // not the port asked for: with port 0 the system chose one
    private static HttpAddress listeningAt() {
        var config = ConfigProvider.getConfig();
        return new HttpAddress(
                config.getValue(HttpAddress.HOST, String.class), config.getValue(HttpAddress.PORT, Integer.class));
    }
}

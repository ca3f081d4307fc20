package io.tokentally.boot;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
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
        System.out.println(greeting.text(
                address, links.map(made -> made.make(address.url(), greeting.portalGrant(), Instant.now()))));
        System.out.flush();
        Quarkus.waitForExit();
        return 0;
    }

    // not the port asked for: with port 0 the system chose one
    private static HttpAddress listeningAt() {
        var config = ConfigProvider.getConfig();
        return new HttpAddress(
                config.getValue(HttpAddress.HOST, String.class), config.getValue(HttpAddress.PORT, Integer.class));
    }
}

package io.tokentally.boot;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import org.eclipse.microprofile.config.ConfigProvider;

/** Runs once everything is up: says so, then waits for the signal to stop. */
public final class Greeter implements QuarkusApplication {

    private static Greeting greeting;

    static void say(Greeting text) {
        greeting = text;
    }

    @Override
    public int run(String... words) {
        System.out.println(greeting.text(listeningAt()));
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

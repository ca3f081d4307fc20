package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GreetingTest {

    private static final HttpAddress HERE = new HttpAddress("127.0.0.1", 8080);
    private static final DataFolder FOLDER = DataFolder.at(Path.of("data"));

    @Test
    void saysHowToGetAnAccessTokenForTheDemo() {
        var greeting = new Greeting(Optional.empty(), false, FOLDER, true, true, "./tokentally");

        assertThat(greeting.text(HERE, Optional.empty())).contains("""
                          API page      http://127.0.0.1:8080/q/swagger-ui
                          demo tenant   TOKEN=$(./tokentally token --tenant demo --role admin)

                        Record a first call""");
    }

    @Test
    void saysNothingOfADemoNobodyAskedFor() {
        var greeting = new Greeting(Optional.empty(), false, FOLDER, true, false, "./tokentally");

        assertThat(greeting.text(HERE, Optional.empty()))
                .doesNotContain("demo tenant")
                .contains("""
                          API page      http://127.0.0.1:8080/q/swagger-ui

                        Record a first call""");
    }

    @Test
    void endsWithTheWayIntoThePortal() {
        var greeting = new Greeting(Optional.empty(), false, FOLDER, true, true, "./tokentally");

        assertThat(greeting.text(HERE, Optional.of("http://127.0.0.1:8080/admin#sign-in=CODE")))
                .endsWith("""
                        Or look at it:
                          portal        http://127.0.0.1:8080/admin#sign-in=CODE   (once, within 15 minutes; another: \
                        ./tokentally link --tenant demo)

                        Ctrl-C stops it.
                        """);
    }

    @Test
    void saysWhereThePortalIsWhereNoLinkSignsIn() {
        var greeting = new Greeting(Optional.empty(), false, FOLDER, false, false, "./tokentally");

        assertThat(greeting.text(HERE, Optional.empty())).contains("  portal        http://127.0.0.1:8080/admin\n");
    }

    @Test
    void sendsToTheIdentityProviderWhereAccessTokensComeFromThere() {
        var greeting = new Greeting(Optional.empty(), false, FOLDER, false, true, "./tokentally");

        assertThat(greeting.text(HERE, Optional.empty()))
                .contains("identity provider: tenant demo, role admin")
                .doesNotContain("$(");
    }
}

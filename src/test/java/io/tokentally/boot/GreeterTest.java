package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GreeterTest {

    @TempDir
    Path home;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Optional<String> link() {
        var grant =
                new Grant(Optional.of(new TenantId("acme")), Optional.empty(), List.of("admin"), SignInLinks.ACCESS);
        var links = new SignInLinks(DataFolder.at(home).open());
        return Greeter.linkIfPossible(links, "http://here", grant, new PrintStream(err, true));
    }

    @Test
    void offersALink() {
        assertThat(link()).hasValueSatisfying(link -> assertThat(link).startsWith("http://here/admin#sign-in="));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void saysWhyThereIsNoneWhereItCannotBeMade() throws IOException {
        Path inTheWay = Files.createFile(home.resolve("sign-in"));

        assertThat(link()).isEmpty();
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        "tokentally: No link signs in to the portal. The folder %s cannot be written to (not a folder: %s).\n"
                                .formatted(inTheWay, inTheWay));
    }
}

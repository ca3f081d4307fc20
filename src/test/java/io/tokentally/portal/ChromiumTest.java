package io.tokentally.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which browser the tests of the portal take. */
class ChromiumTest {

    @TempDir
    Path folder;

    @Test
    void isTheNamedOne() {
        assertThat(Chromium.program(Map.of("TOKENTALLY_CHROMIUM", "/opt/chrome/chrome", "PATH", folder.toString())))
                .contains(Path.of("/opt/chrome/chrome"));
    }

    @Test
    void isOtherwiseOneOnThePath() throws IOException {
        Path chrome = Files.createFile(folder.resolve("google-chrome"));
        assertThat(Chromium.program(Map.of("PATH", "/nowhere:" + folder))).isEmpty();

        assertThat(chrome.toFile().setExecutable(true)).isTrue();

        assertThat(Chromium.program(Map.of("PATH", "/nowhere:" + folder))).contains(chrome);
    }

    @Test
    void mayBeNone() {
        assertThat(Chromium.program(Map.of("TOKENTALLY_CHROMIUM", "", "PATH", "")))
                .isEmpty();
        assertThat(Chromium.program(Map.of())).isEmpty();
    }
}

package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    private static Settings environment(Map<String, String> variables) {
        return new Settings(Map.of(), variables, Map.of());
    }

    @Test
    void readASecretFromTheFileThatAVariableNames() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "s3cret\n");

        assertThat(environment(Map.of("TOKENTALLY_DATABASE_PASSWORD_FILE", file.toString()))
                        .find("tokentally.database.password"))
                .hasValue("s3cret");
    }

    @Test
    void preferTheVariableItself() {
        assertThat(environment(Map.of("TOKENTALLY_TOKEN", "a", "TOKENTALLY_TOKEN_FILE", "/nowhere"))
                        .find("tokentally.token"))
                .hasValue("a");
    }

    @Test
    void refuseAFileThatIsNotThere() {
        String missing = folder.resolve("none").toString();

        assertThatThrownBy(() ->
                        environment(Map.of("TOKENTALLY_TOKEN_FILE", missing)).find("tokentally.token"))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("TOKENTALLY_TOKEN_FILE names " + missing);
    }
}

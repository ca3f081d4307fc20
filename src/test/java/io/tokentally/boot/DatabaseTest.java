package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseTest {

    @Test
    void isEmbeddedWhenNoneIsNamed() {
        assertThat(named(Map.of())).isEmpty();
    }

    @Test
    void usesOneLoginForEverythingWhenOnlyOneIsNamed() {
        Database database = named(Map.of("TOKENTALLY_DATABASE_URL", "postgresql://only:x@db/t"))
                .orElseThrow();
        assertThat(database.app()).isEqualTo(new Login("only", "x"));
        assertThat(database.owner()).isEqualTo(database.app());
        assertThat(database.ownerUrl()).isEqualTo(database.url());
    }

    @Test
    void keepsTheOwnerApartWhenNamed() {
        Database database = named(Map.of(
                        "TOKENTALLY_DATABASE_URL", "jdbc:postgresql://pooler/t",
                        "TOKENTALLY_DATABASE_USER", "app",
                        "TOKENTALLY_DATABASE_PASSWORD", "a",
                        "TOKENTALLY_DATABASE_OWNER_URL", "postgresql://owner:o@db/t"))
                .orElseThrow();
        assertThat(database.url().place()).isEqualTo("pooler/t");
        assertThat(database.app()).isEqualTo(new Login("app", "a"));
        assertThat(database.ownerUrl().place()).isEqualTo("db/t");
        assertThat(database.owner()).isEqualTo(new Login("owner", "o"));
    }

    @Test
    void honoursTheNamesQuarkusUses() {
        Database database = named(Map.of(
                        "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://db/t",
                        "QUARKUS_DATASOURCE_USERNAME", "app",
                        "QUARKUS_DATASOURCE_PASSWORD", "a",
                        "QUARKUS_FLYWAY_USERNAME", "owner",
                        "QUARKUS_FLYWAY_PASSWORD", "o"))
                .orElseThrow();
        assertThat(database.app()).isEqualTo(new Login("app", "a"));
        assertThat(database.owner()).isEqualTo(new Login("owner", "o"));
    }

    private static Optional<Database> named(Map<String, String> environment) {
        return Database.in(new Settings(Map.of(), environment, Map.of()));
    }
}

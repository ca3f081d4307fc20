package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5432/tokentally, jdbc:postgresql://db:5432/tokentally,,",
        "postgresql://db/tokentally, jdbc:postgresql://db/tokentally,,",
        "postgres://app:secret@db/tokentally, jdbc:postgresql://db/tokentally, app, secret",
        "postgresql://app:p%40ss+1@db/t?sslmode=require, jdbc:postgresql://db/t?sslmode=require, app, p@ss+1",
        "jdbc:postgresql://db/t?user=app&sslmode=require&password=x, jdbc:postgresql://db/t?sslmode=require, app, x",
        "'postgresql://app@one:5432,two:5432/t', 'jdbc:postgresql://one:5432,two:5432/t', app,",
        "postgresql://db, jdbc:postgresql://db/,,"
    })
    void understandsTheFormsPeopleHave(String text, String jdbc, String user, String password) {
        DatabaseUrl url = DatabaseUrl.parse("TOKENTALLY_DATABASE_URL", text);
        assertThat(url.jdbc()).isEqualTo(jdbc);
        assertThat(url.user().orElse(null)).isEqualTo(user);
        assertThat(url.password().orElse(null)).isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(strings = {"db", "mysql://db/tokentally", "http://db:5432", "jdbc:h2:mem:x"})
    void refusesOtherDatabasesWithoutRepeatingWhatMayHoldAPassword(String text) {
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> DatabaseUrl.parse("TOKENTALLY_DATABASE_URL", text))
                .withMessage("TOKENTALLY_DATABASE_URL is not of the form"
                        + " postgresql://user:password@host:5432/database.");
    }

    @Test
    void saysWhereWithoutSayingSecrets() {
        assertThat(DatabaseUrl.parse("x", "postgresql://app:secret@db:5432/t?sslpassword=secret")
                        .place())
                .isEqualTo("db:5432/t");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://pooler/t, jdbc:postgresql://pooler/t?prepareThreshold=0",
        "postgresql://pooler/t?sslmode=require, jdbc:postgresql://pooler/t?sslmode=require&prepareThreshold=0",
        "postgresql://pooler/t?prepareThreshold=5, jdbc:postgresql://pooler/t?prepareThreshold=5"
    })
    void preparesNothingByNameUnlessTheOperatorSaysSo(String text, String jdbc) {
        assertThat(DatabaseUrl.parse("x", text).withNothingPreparedByName().jdbc())
                .isEqualTo(jdbc);
    }
}

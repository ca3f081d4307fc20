package io.tokentally.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTroubleTest {

    @ParameterizedTest
    @CsvSource({
        "08006,AWAY",
        "57P01,AWAY",
        "53100,FULL",
        "53300,BUSY",
        "55P03,BUSY",
        "57014,BUSY",
        "40001,BUSY",
        "40P01,BUSY",
        "23505,RACE"
    })
    void isKnownByItsStateHoweverDeepItLies(String state, DatabaseTrouble trouble) {
        var failure = new IllegalStateException(new RuntimeException(new SQLException("no", state)));

        assertThat(DatabaseTrouble.in(failure)).hasValue(trouble);
    }

    /** The pool has two sentences for it: all connections are out, and a new one takes too long. */
    @ParameterizedTest
    @ValueSource(strings = {"Sorry, acquisition timeout!", "Acquisition timeout while waiting for new connection"})
    void isBusyWhenThePoolHasNoConnectionLeft(String sentence) {
        var failure = new RuntimeException(new SQLException(sentence));

        assertThat(DatabaseTrouble.in(failure)).hasValue(DatabaseTrouble.BUSY);
    }

    /** The transaction manager keeps the cause of a failed commit as a suppressed throwable. */
    @Test
    void isOfUnknownOutcomeWhenTheCommitFailed() {
        var rollback = new RuntimeException("rolled back");
        rollback.addSuppressed(new RuntimeException(new SQLException("terminated", "57014")));

        assertThat(DatabaseTrouble.in(new RuntimeException(rollback))).hasValue(DatabaseTrouble.AWAY);
    }

    @Test
    void isNotSeenInAFaultOfOurs() {
        assertThat(DatabaseTrouble.in(new RuntimeException(new SQLException("syntax", "42601"))))
                .isEmpty();
    }
}

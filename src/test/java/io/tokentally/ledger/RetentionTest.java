package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {

    @Nested
    class TheSetting {

        @ParameterizedTest
        @ValueSource(ints = {0, -1})
        void isRefusedInOneSentenceBelowOne(int months) {
            assertThatThrownBy(() -> Retention.checked(Optional.of(months)))
                    .hasMessage("TOKENTALLY_RETENTION_MONTHS is " + months
                            + ": it must be 1 or more, or absent to keep every month");
        }

        @Test
        void mayBeAbsent() {
            assertThat(Retention.checked(Optional.empty())).isEmpty();
        }
    }

    @Nested
    class MonthsDue {

        /** The last zone enters a month 12 hours after UTC; 18 are left to it. */
        @ParameterizedTest
        @CsvSource({
            "2026-05-31T23:59:59Z, 1, 2026-03",
            "2026-06-01T17:59:59.999999Z, 1, 2026-03",
            "2026-06-01T18:00:00Z, 1, 2026-04",
            "2026-06-15T00:00:00Z, 12, 2025-05",
        })
        void endBeforeTheFullMonthsThatAreKept(Instant now, int kept, YearMonth last) {
            assertThat(Retention.due(now, kept)).last().isEqualTo(last);
        }

        @Test
        void beginWithTheOneThatStandsForAllBefore2020() {
            assertThat(Retention.due(Instant.parse("2020-05-15T00:00:00Z"), 2))
                    .containsExactly(YearMonth.of(2019, 12), YearMonth.of(2020, 1), YearMonth.of(2020, 2));
        }

        @Test
        void areNoneWhenEverythingIsKept() {
            assertThat(Retention.due(Instant.parse("2026-05-15T00:00:00Z"), 1000))
                    .isEmpty();
        }
    }

    @Nested
    class ADay {

        private final TreeMap<LocalDate, LocalDate> seals = new TreeMap<>();

        ADay() {
            seal("-999999999-01-01", "2020-01-01");
            seal("2020-01-01", "2020-02-01");
            seal("2020-03-01", "2020-04-01");
        }

        private void seal(String from, String until) {
            seals.put(LocalDate.parse(from), LocalDate.parse(until));
        }

        @ParameterizedTest
        @CsvSource({"2020-02-01", "2020-02-29", "2020-04-01"})
        void isOpenOutsideEverySeal(LocalDate day) {
            assertThat(new SealedDays(seals).openAgainFrom(day)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "0001-01-01, 2020-02-01",
            "2020-01-31, 2020-02-01",
            "2020-03-01, 2020-04-01",
            "2020-03-31, 2020-04-01"
        })
        void ofASealIsAnsweredWithTheNextOpenOne(LocalDate day, LocalDate open) {
            assertThat(new SealedDays(seals).openAgainFrom(day)).hasValue(open);
        }
    }
}

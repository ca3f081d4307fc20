package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.reporting.Cover.Grain;
import io.tokentally.reporting.Cover.Piece;
import java.time.LocalDate;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CoverTest {

    private static final LocalDate FIRST = LocalDate.of(2023, 12, 1);

    /** Every day of the range once, and no other. */
    @Property(tries = 500)
    void isTheRange(@ForAll @IntRange(max = 500) int from, @ForAll @IntRange(max = 130) int more) {
        var range = new DateRange(FIRST.plusDays(from), FIRST.plusDays(from + more));
        var days = new TreeMap<LocalDate, Integer>();

        for (Piece piece : Cover.of(range)) {
            daysOf(piece).datesUntil(end(piece)).forEach(day -> days.merge(day, piece.sign(), Integer::sum));
        }

        days.values().removeIf(count -> count == 0);
        assertThat(days.values()).containsOnly(1);
        assertThat(days.firstKey()).isEqualTo(range.first());
        assertThat(days.lastKey()).isEqualTo(range.last());
        assertThat(days).hasSize((int) range.days());
    }

    @Property(tries = 500)
    void readsNoMoreThanHalfAMonthOfDaysAtEachEnd(
            @ForAll @IntRange(max = 500) int from, @ForAll @IntRange(max = 500) int more) {
        var range = new DateRange(FIRST.plusDays(from), FIRST.plusDays(from + more));

        assertThat(Cover.of(range).stream()
                        .filter(piece -> piece.grain() == Grain.DAY)
                        .mapToLong(piece -> new DateRange(piece.first(), piece.last()).days())
                        .sum())
                .isLessThanOrEqualTo(30);
    }

    @Test
    void isOneRowForAllTimeAndForAMonth() {
        assertThat(Cover.of(DateRange.ALL_TIME)).extracting(Piece::grain).containsExactly(Grain.EVER);
        assertThat(Cover.of(new DateRange(LocalDate.of(2024, 2, 1), LocalDate.of(2024, 2, 29))))
                .containsExactly(new Piece(Grain.MONTH, LocalDate.of(2024, 2, 1), LocalDate.of(2024, 2, 1), 1));
    }

    private static LocalDate daysOf(Piece piece) {
        return piece.grain() == Grain.MONTH ? piece.first().withDayOfMonth(1) : piece.first();
    }

    private static LocalDate end(Piece piece) {
        return piece.grain() == Grain.MONTH
                ? piece.last().withDayOfMonth(1).plusMonths(1)
                : piece.last().plusDays(1);
    }
}

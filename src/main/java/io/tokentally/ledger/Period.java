package io.tokentally.ledger;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;

/** What time a sum is over. @param start its first day in the tenant's zone; that of {@link #EVER} is the first of all */
record Period(Grain grain, LocalDate start) {

    enum Grain {
        DAY,
        MONTH,
        EVER;

        String inSql() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final Period EVER = new Period(Grain.EVER, LocalDate.of(1, 1, 1));

    static Period day(LocalDate day) {
        return new Period(Grain.DAY, day);
    }

    /** All that a day counts in. */
    static List<Period> of(LocalDate day) {
        return List.of(day(day), new Period(Grain.MONTH, YearMonth.from(day).atDay(1)), EVER);
    }
}

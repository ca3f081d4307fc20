package io.tokentally.boot.demo;

import io.tokentally.ledger.RecordUsage;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** One day of the platform. The same day with the same age is the same calls, whoever asks. */
record DemoDay(LocalDate date, int daysAgo) {

    static final int DAYS = 90;
    static final String SOURCE = "demo";

    /** On a plain weekday today; 90 days ago it was less than half of that. */
    private static final int VISITS = 68;

    private static final List<Person> PEOPLE = Person.all();

    /** UTC, by hour: lessons, homework, the evening; somebody abroad is always awake. */
    private static final int[] WEEKDAY = {
        3, 2, 2, 2, 2, 2, 4, 9, 15, 18, 17, 14, 10, 13, 17, 19, 18, 14, 13, 14, 11, 7, 4, 2
    };

    private static final int[] WEEKEND = {3, 3, 2, 2, 2, 2, 2, 3, 4, 7, 9, 9, 8, 8, 9, 10, 11, 11, 12, 13, 11, 8, 5, 3};

    private static final List<Integer> HOURS = IntStream.range(0, 24).boxed().toList();

    /** The calls of the days that end now, in the order of time; nothing of what today still has to bring. */
    static List<RecordUsage> callsUntil(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        return IntStream.range(0, DAYS)
                .mapToObj(daysAgo -> new DemoDay(today.minusDays(daysAgo), daysAgo))
                .flatMap(day -> day.calls().stream())
                .filter(call -> !call.occurredAt().isAfter(now))
                .sorted(Comparator.comparing(RecordUsage::occurredAt))
                .toList();
    }

    List<RecordUsage> calls() {
        var dice = new Dice(date.toEpochDay());
        var calls = new ArrayList<RecordUsage>();
        for (long visits = dice.around(usualVisits(), 0.08); visits > 0; visits--) {
            calls.addAll(visit(dice, visits));
        }
        return IntStream.range(0, calls.size())
                .mapToObj(i -> calls.get(i).withEventId("%s-%04d".formatted(date, i)))
                .toList();
    }

    private List<RecordUsage> visit(Dice dice, long number) {
        Feature feature = dice.oneOf(List.of(Feature.values()), any -> any.share);
        Person person = feature.hasPerson ? somebody(dice) : null;
        var visit = new Visit(dice, person, start(dice), "s-%s-%03d".formatted(date, number));
        feature.calls.accept(visit);
        return visit.calls();
    }

    private Person somebody(Dice dice) {
        return dice.oneOf(PEOPLE, person -> person.isThere(daysAgo) ? person.zeal() : 0);
    }

    private Instant start(Dice dice) {
        int[] rhythm = isWeekend() ? WEEKEND : WEEKDAY;
        return date.atStartOfDay(ZoneOffset.UTC)
                .plusHours(dice.oneOf(HOURS, hour -> rhythm[hour]))
                .plusSeconds(dice.between(0, 3_600))
                .toInstant();
    }

    private long usualVisits() {
        double growth = 1 - 0.6 * daysAgo / DAYS;
        return Math.round(VISITS * growth * ofTheWeek());
    }

    private double ofTheWeek() {
        return switch (date.getDayOfWeek()) {
            case MONDAY, TUESDAY, WEDNESDAY -> 1.1;
            case THURSDAY -> 1;
            case FRIDAY -> 0.8;
            case SATURDAY -> 0.35;
            case SUNDAY -> 0.5;
        };
    }

    private boolean isWeekend() {
        return date.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0;
    }
}

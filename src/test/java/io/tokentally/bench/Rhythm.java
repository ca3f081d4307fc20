package io.tokentally.bench;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/** When people call: by the hour, by the day of the week, and every week a little more. */
final class Rhythm {

    private static final Set<DayOfWeek> WEEKEND = Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);

    private static final double[] SCHOOL_DAY = {
        1, .5, .3, .2, .3, .6, 2, 5, 8, 9, 9, 8, 7, 8, 9, 9, 9, 8, 8, 7, 6, 4, 3, 2
    };

    private static final double[] FREE_DAY = {
        2, 1, .6, .4, .3, .3, .6, 1, 2, 4, 5, 6, 6, 6, 6, 6, 7, 7, 8, 8, 7, 6, 4, 3
    };

    private static final double FIRST_DAY = 0.7;
    private static final double LAST_DAY = 1.3;
    private static final double NOISE = 0.08;

    private Rhythm() {}

    /** At the hours 0 to 24, which part of the day's calls has been made: from 0 to 1. */
    static double[] shareByHour(LocalDate day) {
        double[] weights = WEEKEND.contains(day.getDayOfWeek()) ? FREE_DAY : SCHOOL_DAY;
        double all = DoubleStream.of(weights).sum();
        var shares = new double[25];
        for (int hour = 0; hour < 24; hour++) {
            shares[hour + 1] = shares[hour] + weights[hour] / all;
        }
        shares[24] = 1;
        return shares;
    }

    /** Which part of a day's calls has been made by then. */
    static double shareBy(LocalDate day, LocalTime time) {
        double[] shares = shareByHour(day);
        double hours = time.toSecondOfDay() / 3600.0;
        int hour = (int) hours;
        return shares[hour] + (hours - hour) * (shares[hour + 1] - shares[hour]);
    }

    /**
     * How much a whole day counts among its neighbours.
     *
     * @param progress of all days: 0 on the first, 1 on the last
     */
    static double weight(LocalDate day, double progress, long seed) {
        double growth = FIRST_DAY + (LAST_DAY - FIRST_DAY) * progress;
        double noise = 1 + NOISE * (2 * new SplittableRandom(seed + day.toEpochDay()).nextDouble() - 1);
        return weekday(day) * growth * noise;
    }

    private static double weekday(LocalDate day) {
        return switch (day.getDayOfWeek()) {
            case MONDAY -> 1;
            case TUESDAY -> 1.08;
            case WEDNESDAY -> 1.1;
            case THURSDAY -> 1.05;
            case FRIDAY -> 0.9;
            case SATURDAY -> 0.4;
            case SUNDAY -> 0.45;
        };
    }
}

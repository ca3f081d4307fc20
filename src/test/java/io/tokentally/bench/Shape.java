package io.tokentally.bench;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much is made up, and of which time; the same shape is the same data. The tenant's zone is UTC.
 *
 * @param users each makes at least one call, if there are events enough
 * @param days the last of them is the one that {@code until} lies in
 * @param until exclusive: nothing happens at this instant or later
 */
record Shape(String tenant, long events, int users, int days, Instant until, long seed) {

    /**
     * What happens on a day.
     *
     * @param number of the day, from 0
     * @param firstUser the number of the first user who has not called before
     * @param newUsers how many of them call for the first time
     * @param lastShare which part of the day is over; less than 1 on the last day alone
     */
    record Day(int number, LocalDate date, long events, long firstUser, long newUsers, double lastShare) {}

    Shape {
        if (events < 1 || users < 1 || days < 1) {
            throw new IllegalArgumentException("events, users and days are at least one");
        }
    }

    LocalDate lastDate() {
        return LocalDate.ofInstant(until.minusNanos(1), ZoneOffset.UTC);
    }

    LocalDate firstDate() {
        return lastDate().minusDays(days - 1);
    }

    /** All days that a call may be of: what goes on after midnight is not of the day it began on. */
    Stream<LocalDate> usageDays() {
        return firstDate().minusDays(1).datesUntil(lastDate().plusDays(1));
    }

    /** All days together have exactly the events and the users. */
    List<Day> calendar() {
        var weights = new double[days];
        double all = 0;
        for (int i = 0; i < days; i++) {
            weights[i] = weight(i);
            all += weights[i];
        }
        var calendar = new ArrayList<Day>();
        double weightSoFar = 0;
        long eventsSoFar = 0;
        for (int i = 0; i < days; i++) {
            weightSoFar += weights[i];
            long eventsByNow = i == days - 1 ? events : (long) (events * (weightSoFar / all));
            long newFrom = usersAfter(eventsSoFar);
            calendar.add(new Day(
                    i,
                    firstDate().plusDays(i),
                    eventsByNow - eventsSoFar,
                    newFrom,
                    usersAfter(eventsByNow) - newFrom,
                    lastShare(i)));
            eventsSoFar = eventsByNow;
        }
        return calendar;
    }

    private long usersAfter(long eventsSoFar) {
        return Math.multiplyExact(eventsSoFar, Math.min(users, events)) / events;
    }

    private double weight(int day) {
        double progress = days == 1 ? 1 : day / (days - 1.0);
        return Rhythm.weight(firstDate().plusDays(day), progress, seed) * lastShare(day);
    }

    private double lastShare(int day) {
        LocalTime end = LocalTime.ofInstant(until, ZoneOffset.UTC);
        return day < days - 1 || end.equals(LocalTime.MIDNIGHT) ? 1 : Math.max(0.001, Rhythm.shareBy(lastDate(), end));
    }
}

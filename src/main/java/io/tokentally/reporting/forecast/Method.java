package io.tokentally.reporting.forecast;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the days to come follow from the days that were. The simpler come first. */
@Schema(name = "ForecastMethod")
public enum Method {

    /** The seeds' method: every day will be the mean of the last seven. */
    @JsonProperty("seven_day_average")
    SEVEN_DAY_AVERAGE(1) {
        @Override
        List<BigDecimal> project(List<BigDecimal> past, int days) {
            List<BigDecimal> week = Rough.last(past, WeekdayTrend.WEEK);
            return Collections.nCopies(days, Rough.divided(Rough.sum(week), week.size()));
        }
    },

    /** For what drifts and has no rhythm: every day will be the mean of the last ones, each older one counting 0.7 as much. */
    @JsonProperty("recent_level")
    RECENT_LEVEL(WeekdayTrend.WEEK) {
        @Override
        List<BigDecimal> project(List<BigDecimal> past, int days) {
            return Collections.nCopies(days, Weights.fading("0.7").mean(Rough.last(past, 28)));
        }
    },

    /** A level, the rhythm of the week, and growth that dies away. */
    @JsonProperty("weekday_trend")
    WEEKDAY_TREND(2 * WeekdayTrend.WEEK) {
        @Override
        List<BigDecimal> project(List<BigDecimal> past, int days) {
            return WeekdayTrend.of(past).ahead(days);
        }
    };

    /** Four weeks make {@link #WEEKDAY_TREND} worth believing before it could be judged. */
    private static final int DAYS_TO_BE_TRUSTED = 28;

    private final int leastDays;

    Method(int leastDays) {
        this.leastDays = leastDays;
    }

    abstract List<BigDecimal> project(List<BigDecimal> past, int days);

    /**
     * One value for each of the days that follow {@code past}, never below zero. Where the past is too short for this
     * method it is the seven-day average.
     *
     * @param past whole days, oldest first, at least one
     */
    List<BigDecimal> ahead(List<BigDecimal> past, int days) {
        Method able = past.size() < leastDays ? SEVEN_DAY_AVERAGE : this;
        return able.project(past, days).stream().map(BigDecimal.ZERO::max).toList();
    }

    /** The method to use before any could be judged. */
    static Method untried(int daysKnown) {
        return daysKnown < DAYS_TO_BE_TRUSTED ? SEVEN_DAY_AVERAGE : WEEKDAY_TREND;
    }

    static Stream<Method> all() {
        return Stream.of(values());
    }
}

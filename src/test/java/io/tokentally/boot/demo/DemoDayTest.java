package io.tokentally.boot.demo;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.Text;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoDayTest {

    private static final Instant NOW = Instant.parse("2026-03-18T23:59:59.999999Z");

    private final List<RecordUsage> calls = DemoDay.callsUntil(NOW);

    @Test
    void isTheSameTrafficForTheSameDay() {
        assertThat(DemoDay.callsUntil(NOW)).isEqualTo(calls);
    }

    @Test
    void isOtherTrafficOnAnotherDay() {
        assertThat(DemoDay.callsUntil(NOW.plus(Duration.ofDays(1)))).isNotEqualTo(calls);
    }

    @Test
    void bringsMoreAsTodayGoesOnAndChangesNothingOfBefore() {
        List<RecordUsage> atNoon = DemoDay.callsUntil(Instant.parse("2026-03-18T12:00:00Z"));

        assertThat(atNoon).hasSizeLessThan(calls.size()).isEqualTo(calls.subList(0, atNoon.size()));
    }

    /** In a leap year, over the end of a year, in the first and the last microsecond of a day. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T00:00:00Z",
                "2026-01-01T00:00:00Z",
                "2026-07-05T23:59:59.999999Z",
                "2026-11-22T09:30:00.123456Z",
                "2027-03-31T17:00:00Z"
            })
    void isSome15To20ThousandCallsOnNinetyDaysInOrder(String now) {
        List<RecordUsage> some = DemoDay.callsUntil(Instant.parse(now));

        assertThat(some).hasSizeBetween(15_000, 20_000);
        assertThat(some).extracting(RecordUsage::occurredAt).isSorted();
        assertThat(some.getFirst().occurredAt())
                .isAfterOrEqualTo(
                        day(Instant.parse(now)).minusDays(89).atStartOfDay().toInstant(ZoneOffset.UTC));
        assertThat(some.getLast().occurredAt()).isBeforeOrEqualTo(now);
        assertThat(some.stream().map(call -> day(call.occurredAt())).distinct()).hasSizeBetween(89, 90);
    }

    @Test
    void givesEveryCallAnIdOfItsOwn() {
        assertThat(calls).extracting(RecordUsage::eventId).doesNotHaveDuplicates();
        assertThat(calls).extracting(RecordUsage::source).containsOnly("demo");
    }

    @Test
    void fitsWhatTheDoorsAccept() {
        assertThat(calls).allSatisfy(call -> {
            assertThat(names(call)).allMatch(name -> Text.isName(name, 200));
            assertThat(call.tokens().total()).isLessThan(1_000_000);
            assertThat(call.responseTimeMs()).isBetween(1L, 120_000L);
            assertThat(call.success()).isEqualTo(call.errorMessage() == null);
            assertThat(call.occurredAt().getNano() % 1_000).isZero();
        });
    }

    @Test
    void comesFromPeopleWhoAreKnownAndFromThePlatformItself() {
        var known = new HashSet<>(Person.all().stream().map(Person::userId).toList());

        assertThat(share(call -> call.userId() == null)).isBetween(0.05, 0.15);
        assertThat(calls).filteredOn(call -> call.userId() != null).allMatch(call -> known.contains(call.userId()));
        assertThat(calls.stream().map(RecordUsage::userId).distinct()).hasSizeGreaterThan(115);
        assertThat(calls)
                .anyMatch(call -> call.userId() != null && call.userId().value().equals("123"));
    }

    @Test
    void failsOnceOrTwiceInAHundredCalls() {
        assertThat(share(call -> !call.success())).isEqualTo(0.015, within(0.005));
        assertThat(share(RecordUsage::cacheHit)).isBetween(0.01, 0.05);
        assertThat(share(call -> call.tokens().cacheRead() > 0)).isBetween(0.2, 0.6);
    }

    @Test
    void growsAndRestsAtTheWeekend() {
        Map<LocalDate, Long> days = calls.stream().collect(groupingBy(call -> day(call.occurredAt()), counting()));
        LocalDate wednesday = day(NOW);

        assertThat(weekFrom(days, wednesday.minusDays(6)))
                .isGreaterThan(weekFrom(days, wednesday.minusDays(89)) * 3 / 2);
        assertThat(days.get(wednesday.minusDays(4))).isLessThan(days.get(wednesday.minusDays(1)) * 2 / 3);
    }

    @Test
    void invents120PeopleWithNamesOfTheirOwn() {
        List<Person> people = Person.all();

        assertThat(people).hasSize(120);
        assertThat(people).extracting(Person::name).doesNotHaveDuplicates();
        assertThat(people).extracting(Person::tier).contains("unlimited", "pro", "basic", null);
    }

    private double share(Predicate<RecordUsage> kind) {
        return (double) calls.stream().filter(kind).count() / calls.size();
    }

    private static Stream<String> names(RecordUsage call) {
        return Stream.of(
                        call.endpoint(),
                        call.model(),
                        call.eventId(),
                        call.sessionId(),
                        call.provider(),
                        call.problemId(),
                        call.gradeLevel(),
                        call.callType(),
                        call.scope(),
                        call.gitBranch(),
                        call.errorMessage())
                .filter(name -> name != null);
    }

    private static long weekFrom(Map<LocalDate, Long> days, LocalDate first) {
        return first.datesUntil(first.plusDays(7)).mapToLong(days::get).sum();
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}

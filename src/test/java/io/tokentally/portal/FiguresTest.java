package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers as people read them. */
@ApiTest
@BrowserTest
class FiguresTest {

    /** One for each day of February 2026, at a dollar for a million. */
    private static final long[] TOKENS = {
        0, 999, 1_500, 1_234, 999_994, 999_996, 999_999, 2_500_000, 15_499_999, 99_994_000, 100_000_000
    };

    private static final String[] SHORT = {
        "0", "999", "1.50K", "1.23K", "999.99K", "1.00M", "1.00M", "2.50M", "15.50M", "99.99M", "100.00M"
    };

    private static final String[] DOLLARS = {
        "$0.00",
        "$0.000999",
        "$0.0015",
        "$0.001234",
        "$0.999994",
        "$0.999996",
        "$0.999999",
        "$2.50",
        "$15.50",
        "$99.99",
        "$100.00"
    };

    private final Organisation acme = Organisation.fresh();

    @ParameterizedTest
    @ValueSource(strings = {"Tokens", "Cost"})
    void areShortAndNeverAThousandOfTheSmallerUnit(String measure, Visits visits) {
        LongStream.range(1, TOKENS.length).forEach(this::recordOnItsDay);
        Tab tab = visits.visit(Organisation.accessToken(acme.id(), "admin-1", "admin"))
                .open("/admin/users/ann?startDate=2026-02-01&endDate=2026-02-%02d".formatted(TOKENS.length));

        tab.button(measure).click();
        tab.button("Show as table").click();

        Locator figures = tab.page().locator("tt-chart tbody td");
        assertThat(figures).hasText(newestFirst(measure.equals("Cost") ? DOLLARS : SHORT));
    }

    private void recordOnItsDay(long index) {
        acme.record("""
                {"user_id":"ann","endpoint":"e","model":"%s","prompt_tokens":%d,"occurred_at":"2026-02-%02dT12:00:00Z"}""".formatted(Traffic.MODEL, TOKENS[(int) index], index + 1));
    }

    private static String[] newestFirst(String[] figures) {
        return IntStream.range(0, figures.length)
                .mapToObj(index -> figures[figures.length - 1 - index])
                .toArray(String[]::new);
    }
}

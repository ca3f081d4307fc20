package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What has to come over the wire before somebody sees something. */
@ApiTest
@BrowserTest
class FirstViewTest {

    private static final int MOST_BYTES = 300_000;

    private final Organisation acme = Organisation.fresh();

    private String admins() {
        return Organisation.accessToken(acme.id(), "admin-1", "admin");
    }

    private static List<Response> answersTo(Tab tab) {
        var answers = new ArrayList<Response>();
        tab.page().onResponse(answers::add);
        tab.open("/admin").settled();
        return answers;
    }

    private static boolean isChartLibrary(Response answer) {
        return answer.url().endsWith(".js") && answer.text().contains("_echarts_instance_");
    }

    /** Head and body, as compressed as they came. */
    private static int bytes(List<Response> answers, Predicate<Response> counted) {
        return answers.stream()
                .filter(counted)
                .map(answer -> answer.request().sizes())
                .mapToInt(sizes -> sizes.responseHeadersSize + sizes.responseBodySize)
                .sum();
    }

    @Test
    void isSmallForWhoeverSignsIn(Visits visits) {
        List<Response> answers = List.copyOf(answersTo(visits.visit()));

        assertThat(answers).noneMatch(FirstViewTest::isChartLibrary);
        assertThat(bytes(answers, answer -> true)).isBetween(10_000, MOST_BYTES);
    }

    @Test
    void isSmallAlsoWithThePageAndWithoutAChartLoadsNoChartLibrary(Visits visits) {
        List<Response> answers = List.copyOf(answersTo(visits.visit(admins())));

        assertThat(answers).noneMatch(FirstViewTest::isChartLibrary);
        assertThat(bytes(answers, answer -> true)).isBetween(10_000, MOST_BYTES);
    }

    @Test
    void isFollowedByTheChartLibraryAlone(Visits visits) {
        Traffic.of(acme).call("ann", "chat", 1_000).record();
        Tab tab = visits.visit(admins());
        List<Response> heard = answersTo(tab);
        assertThat(tab.page().locator("canvas").first()).isVisible();
        List<Response> answers = List.copyOf(heard);

        assertThat(answers).filteredOn(FirstViewTest::isChartLibrary).hasSize(1);
        assertThat(bytes(answers, answer -> !isChartLibrary(answer))).isBetween(10_000, MOST_BYTES);
        System.out.printf(
                "The portal's first view with a chart: %,d bytes, and %,d of the chart library.%n",
                bytes(answers, answer -> !isChartLibrary(answer)), bytes(answers, FirstViewTest::isChartLibrary));
    }

    @Test
    void isCompressed(Visits visits) {
        List<Response> answers = List.copyOf(answersTo(visits.visit()));

        assertThat(answers)
                .filteredOn(answer -> answer.url().contains("/static/"))
                .hasSizeGreaterThan(2)
                .map(answer -> answer.url() + " " + answer.headerValue("content-encoding"))
                .allMatch(answer -> answer.endsWith(" gzip"));
    }
}

package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@ApiTest
@BrowserTest
class FilteringTest {

    private static final String WEEK_OF_CHATS = "/admin/endpoints?days=7&endpoint=chat";

    private final Organisation acme = Organisation.fresh();

    private String admins() {
        return Organisation.accessToken(acme.id(), "admin-1", "admin");
    }

    private void someCalls() {
        Traffic.of(acme)
                .call("ann", "chat", 1_500)
                .call("bob", "chat", 2_000)
                .call("bob", "grade", 7_000)
                .call(3, "ann", "grade", Traffic.MODEL, 50_000, "")
                .call(20, "ann", "chat", Traffic.MODEL, 900_000, "")
                .record();
    }

    private static void chooseChatsOfAWeek(Tab tab) {
        tab.button("7 days").click();
        tab.button("Filter").click();
        tab.field("Endpoint").fill("chat");
        tab.button("Show").click();
    }

    /** Calls, tokens and cost of each row of the table, the last being the total, to the last digit. */
    private static List<List<String>> exactFigures(Tab tab) {
        assertThat(tab.settled().region("Endpoints").locator("tfoot")).isVisible();
        return tab.region("Endpoints").locator("tbody tr, tfoot tr").all().stream()
                .map(row -> row.locator("td").all().stream()
                        .limit(3)
                        .map(cell -> cell.locator("[title]").first().getAttribute("title"))
                        .toList())
                .toList();
    }

    private List<List<String>> asTheApiSays(String query) {
        JsonPath answer = acme.get("/api/usage/breakdown?by=endpoint&" + query).jsonPath();
        List<Map<String, Object>> sums = answer.getList("data.rows.sums");
        sums.add(answer.getMap("data.total"));
        return sums.stream()
                .map(sum -> List.of(
                        grouped(sum.get("calls")),
                        grouped(sum.get("total_tokens")),
                        "$"
                                + new BigDecimal(sum.get("total_cost").toString())
                                        .stripTrailingZeros()
                                        .toPlainString()))
                .toList();
    }

    private static String grouped(Object count) {
        return "%,d".formatted(Long.valueOf(count.toString()));
    }

    @Test
    void showsWhatTheApiAnswersForTheFiltersInTheAddressBar(Visits visits) {
        someCalls();
        Tab tab = visits.visit(admins()).open("/admin/endpoints");

        chooseChatsOfAWeek(tab);

        assertThat(tab.page()).hasURL(Visits.origin() + WEEK_OF_CHATS);
        assertThat(tab.page().locator(".chip")).hasText("Endpoint: chat");
        assertThat(tab.region("Endpoints").locator("tbody tr")).hasCount(1);
        assertThat(exactFigures(tab))
                .isEqualTo(asTheApiSays("days=7&endpoint=chat"))
                .last()
                .isEqualTo(List.of("2", "3,500", "$0.0035"));
    }

    @Test
    void isAllInTheAddressThatAColleagueGets(Visits visits) {
        someCalls();
        Tab colleague = visits.visit().open(WEEK_OF_CHATS);

        colleague.field("Access token or API key").fill(admins());
        colleague.button("Sign in").click();

        assertThat(colleague.page().locator(".chip")).hasText("Endpoint: chat");
        assertThat(colleague.button("7 days")).hasAttribute("aria-pressed", "true");
        assertThat(exactFigures(colleague)).isEqualTo(asTheApiSays("days=7&endpoint=chat"));
    }

    @Test
    void isTakenBackByTheBackButton(Visits visits) {
        someCalls();
        Tab tab = visits.visit(admins()).open("/admin/endpoints");
        chooseChatsOfAWeek(tab);
        assertThat(tab.region("Endpoints").locator("tbody tr")).hasCount(1);

        tab.page().goBack();

        assertThat(tab.page()).hasURL(Visits.origin() + "/admin/endpoints?days=7");
        assertThat(tab.page().locator(".chip")).hasCount(0);
        assertThat(tab.region("Endpoints").locator("tbody tr")).hasCount(2);
        assertThat(exactFigures(tab)).isEqualTo(asTheApiSays("days=7"));
        tab.page().goBack();
        assertThat(tab.button("30 days")).hasAttribute("aria-pressed", "true");
        assertThat(tab.region("Endpoints").locator("tfoot")).containsText("$0.96");
    }

    @Test
    void goesAlongFromTheOverview(Visits visits) {
        someCalls();
        Tab tab = visits.visit(admins()).open("/admin");
        chooseChatsOfAWeek(tab);
        assertThat(tab.section("Top users").locator(".ranks li"))
                .hasText(new String[] {"bob$0.002 57%", "ann$0.0015 43%"});

        tab.section("Top endpoints").getByText("All").click();

        assertThat(tab.page()).hasURL(Visits.origin() + WEEK_OF_CHATS);
        assertThat(exactFigures(tab)).isEqualTo(asTheApiSays("days=7&endpoint=chat"));
    }

    @Test
    void alsoIsForCallsThatHaveNoneOfIt(Visits visits) {
        someCalls();
        Traffic.of(acme)
                .call(0, "bob", "grade", Traffic.MODEL, 100, ",\"git_branch\":\"main\"")
                .record();
        Tab tab = visits.visit(admins()).open("/admin/branches?days=7");

        tab.link("no branch").click();

        assertThat(tab.page()).hasURL(Visits.origin() + "/admin/branches?days=7&gitBranch=");
        assertThat(tab.page().locator(".chip")).hasText("without branch");
        assertThat(tab.region("Branches").locator("tbody tr")).hasCount(1);
        assertThat(tab.region("Branches").locator("tfoot")).containsText("60.50K");
        tab.button("Filter").click();
        assertThat(tab.field("Branch")).isDisabled();
        tab.checkbox("without branch").uncheck();
        tab.checkbox("without call type").check();
        tab.button("Show").click();
        assertThat(tab.page()).hasURL(Visits.origin() + "/admin/branches?days=7&callType=");
        assertThat(tab.region("Branches").locator("tbody tr")).hasCount(2);
        tab.page().goBack();
        assertThat(tab.page().locator(".chip")).hasText("without branch");
        assertThat(tab.region("Branches").locator("tbody tr")).hasCount(1);
    }
}

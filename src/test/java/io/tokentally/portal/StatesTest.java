package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ApiTest
@BrowserTest
class StatesTest {

    private final Organisation acme = Organisation.fresh();

    private Tab visit(Visits visits) {
        return visits.visit(Organisation.accessToken(acme.id(), "admin-1", "admin"));
    }

    @Nested
    class AServiceThatIsAway {

        private Tab visitInVain(Visits visits, String unreachable) {
            Tab tab = visit(visits.mayBeRefusedWith(Visits.UNREACHABLE));
            tab.page().route(unreachable, route -> route.abort());
            return tab.open("/admin/users");
        }

        @Test
        void isSaidWhereThePageWouldBeAndTriedAgain(Visits visits) {
            Traffic.of(acme).call("ann", "chat", 10).record();
            Tab tab = visitInVain(visits, "**/api/**");
            assertThat(tab.alert()).containsText("The service cannot be reached");

            tab.page().unrouteAll();
            tab.button("Try again").click();

            assertThat(tab.region("Users")).containsText("ann");
        }

        @Test
        void isSaidWhereAPartOfThePageWouldBeAndTriedAgain(Visits visits) {
            Traffic.of(acme).call("ann", "chat", 10).record();
            Tab tab = visitInVain(visits, "**/api/users?*");
            assertThat(tab.heading("Users")).isVisible();
            assertThat(tab.alert()).containsText("The service cannot be reached");

            tab.page().unrouteAll();
            tab.button("Try again").click();

            assertThat(tab.region("Users")).containsText("ann");
        }

        @Test
        void leavesTheFiguresOfThenWhichThePageSays(Visits visits) {
            Traffic.of(acme).call("ann", "chat", 1_500).record();
            Tab tab = visit(visits.mayBeRefusedWith(Visits.UNREACHABLE));
            tab.page().clock().install();
            tab.open("/admin");
            assertThat(tab.card("Tokens this month")).hasText("1.50K");
            tab.page().route("**/api/usage/stats", route -> route.abort());

            tab.page().clock().fastForward(5_000);

            assertThat(tab.page().locator(".note.bad").first()).containsText("What you see is older");
            assertThat(tab.card("Tokens this month")).hasText("1.50K");
        }
    }

    @Nested
    class TheFiguresOfNow {

        @Test
        void followWhatIsRecordedUntilPaused(Visits visits) {
            Traffic.of(acme).call("ann", "chat", 1_500).record();
            Tab tab = visit(visits);
            tab.page().clock().install();
            tab.open("/admin");
            assertThat(tab.card("Calls this month")).hasText("1");
            Traffic.of(acme).call("ann", "chat", 1_500).record();

            tab.page().clock().fastForward(5_000);
            assertThat(tab.card("Calls this month")).hasText("2");
            assertThat(tab.section("Top users").locator(".ranks")).containsText("$0.003");

            tab.button("Pause").click();
            assertThat(tab.settled().page().locator(".live")).containsText("Paused at");
            var asked = new ArrayList<String>();
            tab.page().onRequest(request -> asked.add(request.url()));
            tab.page().clock().fastForward(60_000);
            tab.page()
                    .evaluate(
                            "fetch('/q/health').then((answer) => answer.text())"); // heard after what was asked before
            assertThat(asked).containsExactly(Visits.origin() + "/q/health");
        }
    }

    @Nested
    class AnEmptyTenant {

        @Test
        void isToldTheCommandThatBringsTheFirstCall(Visits visits) {
            Tab tab = visit(visits).open("/admin");

            assertThat(tab.heading("No calls yet")).isVisible();
            assertThat(tab.page().locator("pre")).containsText("curl " + Visits.origin() + "/api/usage/events");
            assertThat(tab.page().locator("canvas")).hasCount(0);
        }
    }

    @Nested
    class WhatIsVeryLongOrLarge {

        private static final String USER =
                "averylongnamewithoutaplacetobreak".repeat(8).substring(0, 250);
        private static final String NAME = USER.substring(0, 200);
        private static final long MOST_IN_A_CALL = 100_000_000;

        private void useATrillion() {
            var traffic = Traffic.of(acme)
                    .call(
                            0,
                            USER,
                            NAME,
                            NAME,
                            MOST_IN_A_CALL,
                            ",\"session_id\":\"%1$s\",\"git_branch\":\"%1$s\"".formatted(NAME));
            for (int call = 0; call < 9_999; call++) {
                traffic.call(0, USER, NAME, Traffic.MODEL, MOST_IN_A_CALL, "");
            }
            traffic.record();
            acme.putUser(USER, "{\"username\":\"" + NAME + "\"}");
        }

        @Test
        void widensNoPage(Visits visits) {
            useATrillion();
            Tab tab = visit(visits).open("/admin");
            assertThat(tab.card("Tokens this month")).hasText("1.00T");
            assertThat(tab.card("Cost this month")).hasText("$999,900.00");

            for (String page : tab.pages()) {
                tab.go(page).assertFits(360);
                tab.assertFits(1280);
            }
            for (String page : List.of("users/" + USER, "sessions/" + NAME)) {
                tab.open("/admin/" + page).settled().assertFits(360);
            }
        }
    }

    @Nested
    class AnUnpricedCall {

        @Test
        void isSaidWhereverACostIsAndNamed(Visits visits) {
            Traffic.of(acme)
                    .call("ann", "chat", 1_500)
                    .call(0, "bob", "grade", Traffic.UNPRICED, 10, "")
                    .record();
            Tab tab = visit(visits).open("/admin");
            assertThat(tab.card("Cost this month")).hasText("$0.0015");
            assertThat(tab.page().locator(".note.warn"))
                    .containsText("One call has no known price this month: counted, and in no cost.");
            assertThat(tab.section("Top users").getByText("unpriced")).isVisible();

            tab.link("Which models").click();

            assertThat(tab.region("Models").locator("tbody tr").filter(having(Traffic.UNPRICED)))
                    .containsText("unpriced");
        }

        private static com.microsoft.playwright.Locator.FilterOptions having(String text) {
            return new com.microsoft.playwright.Locator.FilterOptions().setHasText(text);
        }
    }

    @Nested
    class AnAddressThatIsNone {

        @Test
        void saysSoAndLeadsBack(Visits visits) {
            Tab tab = visit(visits).open("/admin/nothing/here");
            assertThat(tab.main()).containsText("There is no such page.");

            tab.link("To the overview").click();

            assertThat(tab.heading("Overview")).isVisible();
        }

        @Test
        void saysWhatIsWrongInItAndGoesOnWithoutThat(Visits visits) {
            Traffic.of(acme).call("ann", "chat", 1_500).record();
            Tab tab = visit(visits.mayBeRefusedWith(400))
                    .open("/admin/endpoints?endpoint=chat&days=7&sortBy=nonsense&offset=-1");
            assertThat(tab.alert()).containsText("sortBy must be one of calls,");
            assertThat(tab.alert()).containsText("offset must be a whole number from 0");
            assertThat(tab.button("Try again")).hasCount(0);

            tab.link("Go on without them").click();

            assertThat(tab.page()).hasURL(Visits.origin() + "/admin/endpoints?endpoint=chat&days=7");
            assertThat(tab.region("Endpoints").locator("tbody")).containsText("1.50K");
        }

        @Test
        void asksForOtherDays(Visits visits) {
            Traffic.of(acme).call("ann", "chat", 1_500).record();
            Tab tab = visit(visits.mayBeRefusedWith(400)).open("/admin/endpoints?endpoint=chat&days=abc");
            assertThat(tab.alert()).containsText("days must be a whole number from 1 to 3660");

            tab.link("Last 30 days").click();

            assertThat(tab.page()).hasURL(Visits.origin() + "/admin/endpoints?endpoint=chat");
            assertThat(tab.region("Endpoints").locator("tbody")).containsText("1.50K");
        }

        @ParameterizedTest
        @CsvSource({"endpoints,Endpoints,chat", "users,Users,ann", "prices,Prices,in force"})
        void leadsBackFromBeyondTheEndOfAList(String page, String list, String found, Visits visits) {
            Traffic.of(acme).call("ann", "chat", 1_500).record();
            Tab tab = visit(visits).open("/admin/" + page + "?offset=50000");

            tab.button("To the first page").click();

            assertThat(tab.region(list).locator("tbody")).containsText(found);
        }
    }
}

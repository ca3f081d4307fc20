package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Every page and dialog by axe's rules, light and dark, and on a phone; and by keyboard alone. Findings of less than
 * serious impact are printed.
 */
@ApiTest
@BrowserTest
class AccessibilityTest {

    private final Organisation acme = Organisation.fresh();

    private String bearer(String subject, String role) {
        return Organisation.accessToken(acme.id(), subject, role);
    }

    /** Something of everything that pages show. */
    private void furnish() {
        var traffic = Traffic.of(acme);
        for (int day = 0; day < 9; day++) {
            traffic.call(day, "ann", "chat", Traffic.MODEL, 40_000 + day, """
                            ,"session_id":"s-1","git_branch":"main","call_type":"conversation","scope":"in_scope",\
                            "response_time_ms":800,"completion_tokens":900,"tags":{"team":"red"}""")
                    .call(
                            day,
                            "ben",
                            "grade",
                            "gpt-4.1-nano",
                            700,
                            ",\"call_type\":\"classification\",\"scope\":\"out_of_scope\"");
        }
        traffic.call(0, "ann", "chat", Traffic.UNPRICED, 10, ",\"success\":false,\"error_message\":\"rate limited\"")
                .call(1, "ann", "chat", Traffic.MODEL, 10, ",\"cache_hit\":true,\"session_id\":\"s-2\"")
                .record();
        acme.putUser(
                "ann",
                "{\"username\":\"Ann Onymous\",\"email\":\"ann@example.com\",\"limits\":{\"maxMonthlyCalls\":9}}");
        acme.admin()
                .body("{\"name\":\"backend\",\"roles\":[\"service\"]}")
                .post("/api/keys")
                .then()
                .statusCode(201);
    }

    @Nested
    class ByAxe {

        /** Rows of a table open the same, and so do buttons of one name. */
        private static final String KIND = """
                (opener) => opener.closest('table')
                    ? `${location.pathname} ${opener.closest('td, th').cellIndex} ${opener.className}`
                    : opener.textContent.trim()""";

        private final List<String> serious = new ArrayList<>();
        private final Set<Object> opened = new HashSet<>();

        private void look(Tab tab, String where) {
            serious.addAll(Axe.seriousFindings(tab.settled(), where));
            tab.assertFits(360);
            tab.page().setViewportSize(1280, 900);
        }

        private void lookAtDialogs(Tab tab, String where) {
            Locator openers = tab.page().locator("main [aria-haspopup=dialog]:visible:enabled");
            for (Locator opener : openers.all()) {
                if (!opened.add(opener.evaluate(KIND))) {
                    continue;
                }
                tab.openDialog(opener);
                String dialog = tab.dialog().getAttribute("aria-label");
                serious.addAll(Axe.seriousFindings(tab, where + ", dialog " + dialog));
                tab.page().keyboard().press("Escape");
                assertThat(tab.dialog()).hasCount(0);
                assertThat(opener).isFocused();
            }
        }

        @Test
        void nothingSeriousIsFoundOnAnAdminsPages(Visits visits) {
            furnish();
            Tab tab = visits.mayBeRefusedWith(429)
                    .visit(bearer("admin-1", "admin"))
                    .open("/admin");

            for (String page : tab.pages()) {
                look(tab.go(page), page);
                lookAtDialogs(tab, page);
            }
            for (String path : List.of("users/ann", "sessions/s-1", "calls?tab=slow", "calls?tab=failed")) {
                look(tab.open("/admin/" + path), path);
            }
            assertThat(serious).isEmpty();
        }

        @Test
        void nothingSeriousIsFoundOnTheEmptyPagesOfANewTenant(Visits visits) {
            Tab tab = visits.visit(bearer("admin-1", "admin")).open("/admin");

            for (String page : tab.pages()) {
                look(tab.go(page), "empty " + page);
            }
            assertThat(serious).isEmpty();
        }

        @Test
        void nothingSeriousIsFoundOnAMembersPages(Visits visits) {
            furnish();
            Tab tab =
                    visits.mayBeRefusedWith(429).visit(bearer("ann", "member")).open("/admin");

            for (String page : tab.pages()) {
                look(tab.go(page), "a member's " + page);
            }
            look(tab.open("/admin/users"), "no right");
            assertThat(serious).isEmpty();
        }

        @Test
        void nothingSeriousIsFoundOnTheOperatorsPages(Visits visits) {
            furnish();
            Tab tab = visits.visit(Organisation.accessToken(null, "operator", "platform-admin"))
                    .open("/admin");

            for (String page : tab.pages()) {
                look(tab.go(page), page);
                lookAtDialogs(tab, page);
            }
            assertThat(serious).isEmpty();
        }

        @Test
        void nothingSeriousIsFoundWhereOneSignsIn(Visits visits) {
            Tab tab = visits.mayBeRefusedWith(401).visit().open("/admin");
            look(tab, "sign-in");

            tab.field("Access token or API key").fill("x");
            tab.button("Sign in").click();
            assertThat(tab.alert()).isVisible();

            look(tab, "refused sign-in");
            assertThat(serious).isEmpty();
        }

        @Test
        void nothingSeriousIsFoundInTheMenuOfAPhone(Visits visits) {
            Tab tab = visits.visit(bearer("admin-1", "admin"));
            tab.page().setViewportSize(360, 780);
            tab.open("/admin/tiers").settled();
            serious.addAll(Axe.seriousFindings(tab, "phone"));

            tab.button("Menu").click();

            assertThat(tab.link("Overview")).isFocused();
            serious.addAll(Axe.seriousFindings(tab, "menu"));
            tab.page().keyboard().press("Escape");
            assertThat(tab.button("Menu")).isFocused();
            assertThat(serious).isEmpty();
        }
    }

    @Nested
    class ByKeyboard {

        private static final String NAME = """
                const name = (element) => element === document.body ? null : `${element.localName} ${element.ariaLabel
                    ?? (element.textContent.trim().replace(/\\s+/g, ' ') || element.labels?.[0]?.textContent)}`;
                """;

        private static final String ACTIVE = "() => { %s return name(document.activeElement); }".formatted(NAME);

        private static final String ALL = """
                () => {
                  %s
                  return [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')]
                      .filter((element) => !element.disabled && element.checkVisibility()).map(name);
                }""".formatted(NAME);

        private static List<String> reachedByTab(Tab tab) {
            var reached = new ArrayList<String>();
            tab.page().keyboard().press("Tab");
            Object active = tab.page().evaluate(ACTIVE);
            while (active != null && reached.size() < 200) {
                reached.add((String) active);
                tab.page().keyboard().press("Tab");
                active = tab.page().evaluate(ACTIVE);
            }
            return reached;
        }

        @Test
        @SuppressWarnings("unchecked")
        void everythingOnTheOverviewIsReachedOnceAndInOrder(Visits visits) {
            furnish();
            Tab tab = visits.mayBeRefusedWith(429)
                    .visit(bearer("admin-1", "admin"))
                    .open("/admin");
            tab.settled().page().evaluate("sessionStorage.setItem('tokentally.paused', 'true')");
            tab.page().reload();
            assertThat(tab.settled().button("Go on")).isVisible();

            assertThat(reachedByTab(tab)).isEqualTo(tab.page().evaluate(ALL));
        }

        @Test
        void theFirstLinkLeadsPastTheNavigation(Visits visits) {
            Tab tab = visits.visit(bearer("admin-1", "admin"))
                    .open("/admin/tiers")
                    .settled();

            tab.page().keyboard().press("Tab");
            assertThat(tab.link("To the content")).isFocused();
            assertThat(tab.link("To the content")).isInViewport();
            tab.page().keyboard().press("Enter");
            assertThat(tab.main()).isFocused();
            tab.page().keyboard().press("Tab");

            assertThat(tab.button("Export CSV")).isFocused();
        }

        @Test
        void anotherPageHasTheFocusAtItsContent(Visits visits) {
            Tab tab = visits.visit(bearer("admin-1", "admin"))
                    .open("/admin/tiers")
                    .settled();

            tab.link("API keys").focus();
            tab.page().keyboard().press("Enter");

            assertThat(tab.heading("API keys")).isVisible();
            assertThat(tab.main()).isFocused();
            assertThat(tab.page()).hasTitle("API keys · Tokentally");
        }

        @Test
        void aDialogKeepsTheFocusUntilEscapeGivesItBack(Visits visits) {
            Tab tab =
                    visits.visit(bearer("admin-1", "admin")).open("/admin/keys").settled();
            Locator opener = tab.button("New key").first();
            opener.focus();
            tab.page().keyboard().press("Enter");
            assertThat(tab.field("Name")).isFocused();

            for (int i = 0; i < 12; i++) {
                tab.page().keyboard().press("Tab");
                assertThat(
                                (boolean)
                                        tab.page()
                                                .evaluate(
                                                        "document.activeElement === document.body || !!document.activeElement.closest('dialog')"))
                        .isTrue();
            }

            tab.page().keyboard().press("Escape");
            assertThat(tab.dialog()).hasCount(0);
            assertThat(opener).isFocused();
        }
    }
}

package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sees what. */
@ApiTest
@BrowserTest
class OwnEyesTest {

    private final Organisation acme = Organisation.fresh();

    private void someCalls() {
        Traffic.of(acme)
                .call("ursula", "ursulas-endpoint", 1_500)
                .call(
                        0,
                        "viktor",
                        "viktors-endpoint",
                        Traffic.MODEL,
                        40_000,
                        ",\"session_id\":\"viktors-session\"," + "\"git_branch\":\"viktors-branch\"")
                .record();
        acme.putUser("viktor", "{\"username\":\"Viktor Vaughn\"}");
    }

    private Tab asUrsula(Visits visits) {
        return visits.visit(Organisation.accessToken(acme.id(), "ursula", "member"));
    }

    @Test
    void ofAMemberSeeTheirOwnFiguresOnly(Visits visits) {
        someCalls();
        Tab tab = asUrsula(visits).open("/admin");

        assertThat(tab.heading("My usage")).isVisible();
        assertThat(tab.card("Tokens this month")).hasText("1.50K");
        assertThat(tab.card("Cost this month")).hasText("$0.0015");
        assertThat(tab.card("Calls this month")).hasText("1");
        assertThat(tab.text()).contains("ursulas-endpoint").doesNotContainIgnoringCase("viktor");
    }

    @Test
    void ofAMemberSeeNothingOfOthersOnAnyPage(Visits visits) {
        someCalls();
        Tab tab = asUrsula(visits).open("/admin");

        assertThat(tab.pages())
                .containsExactly("Overview", "Endpoints", "Models", "Sessions", "Branches", "Recent calls");
        for (String page : tab.pages()) {
            assertThat(tab.go(page).text()).as(page).doesNotContainIgnoringCase("viktor");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "users/viktor", "prices", "tiers", "keys", "settings", "audit", "tenants"})
    void ofAMemberSeeNoPageOfAdmins(String path, Visits visits) {
        someCalls();

        Tab tab = asUrsula(visits).open("/admin/" + path);

        assertThat(tab.main()).containsText("Not for you to see");
        assertThat(tab.main()).containsText("You are signed in with member.");
        assertThat(tab.text()).doesNotContainIgnoringCase("viktor");
    }

    @Test
    void ofAnotherTenantsAdminSeeNothingOfOursOnAnyPage(Visits visits) {
        someCalls();
        Organisation other = Organisation.fresh();
        Traffic.of(other).call("otto", "ottos-endpoint", 10).record();
        Tab tab = visits.mayBeRefusedWith(404)
                .visit(Organisation.accessToken(other.id(), "admin-1", "admin"))
                .open("/admin");

        for (String page : tab.pages()) {
            assertThat(tab.go(page).text())
                    .as(page)
                    .doesNotContainIgnoringCase("viktor")
                    .doesNotContainIgnoringCase("ursula")
                    .doesNotContain(acme.id());
        }
        for (String path : List.of("/admin/users/viktor", "/admin/sessions/viktors-session")) {
            assertThat(tab.open(path).main()).containsText("There is nothing of this name here");
        }
    }

    @Test
    void ofTheOperatorSeeNoUsagePages(Visits visits) {
        Tab tab = visits.visit(Organisation.accessToken(null, "operator", "platform-admin"))
                .open("/admin");

        assertThat(tab.page()).hasURL(Visits.origin() + "/admin/tenants");
        assertThat(tab.pages()).containsExactly("Tenants", "Self-check", "Installation audit");
    }
}

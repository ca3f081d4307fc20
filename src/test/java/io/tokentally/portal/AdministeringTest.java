package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What an admin does in the portal holds at the very next request of an application. */
@ApiTest
@BrowserTest
class AdministeringTest {

    private final Organisation acme = Organisation.fresh();

    private Tab visit(Visits visits, String path) {
        return visits.visit(Organisation.accessToken(acme.id(), "admin-1", "admin"))
                .open(path);
    }

    @Test
    void ofAnotherTierMakesTheNextCheckAnswer429(Visits visits) {
        acme.admin().body("{\"maxMonthlyCalls\":1}").put("/api/tiers/starter").then();
        Traffic.of(acme).call("ann", "chat", 100).call("bob", "chat", 100).record();
        acme.check("\"ann\"").then().statusCode(200);
        Tab tab = visit(visits, "/admin/users");

        tab.openDialog(tab.button("free: edit tier and limits of ann"));
        tab.field("Tier").selectOption("tier:starter");
        tab.button("Save").click();

        assertThat(tab.button("starter: edit tier and limits of ann")).isVisible();
        assertThat(tab.dialog()).hasCount(0);
        acme.check("\"ann\"").then().statusCode(429);
        acme.check("\"bob\"").then().statusCode(200);
    }

    @Test
    void ofAPersonsLimitDoesSoToo(Visits visits) {
        Traffic.of(acme).call("ann", "chat", 100).record();
        Tab tab = visit(visits, "/admin/users/ann");

        tab.openDialog(tab.button("Edit tier and limits"));
        tab.field("Tokens a month").selectOption("own");
        tab.field("At most, tokens").fill("100");
        tab.button("Save").click();

        assertThat(tab.page().locator(".toast")).containsText("ann is on free: 50 calls, 100 tokens, $0.50 a month.");
        acme.check("\"ann\"").then().statusCode(429);
    }

    @Test
    void saysWhatIsWrongBesideItsFieldAndKeepsWhatWasTyped(Visits visits) {
        Traffic.of(acme).call("ann", "chat", 100).record();
        Tab tab = visit(visits.mayBeRefusedWith(400), "/admin/users/ann");
        tab.openDialog(tab.button("Edit tier and limits"));
        tab.field("Tokens a month").selectOption("own");

        tab.field("At most, tokens").fill("many");
        tab.button("Save").click();

        var field = tab.field("At most, tokens");
        assertThat(field).hasValue("many");
        assertThat(field).hasAttribute("aria-invalid", "true");
        assertThat(field).hasAccessibleDescription(Pattern.compile("must be .*"));
        assertThat(field).isFocused();
        acme.check("\"ann\"").then().statusCode(200);
    }

    @Test
    void roundsNoFigureOnItsWay(Visits visits) {
        Tab tab = visit(visits, "/admin/tiers");
        tab.openDialog(tab.button("Edit free"));
        tab.field("At most, tokens").fill("9007199254740993");
        tab.field("At most, $").fill("12345678901.0123456789");
        tab.button("Save").click();
        assertThat(tab.dialog()).hasCount(0);

        tab.page().reload();

        assertThat(tab.region("Tiers").getByTitle("9,007,199,254,740,993")).isVisible();
        assertThat(tab.region("Tiers").getByTitle("$12,345,678,901.0123456789")).isVisible();
        assertThat(acme.get("/api/tiers").asString())
                .contains("\"maxMonthlyTokens\":9007199254740993", "\"maxMonthlyCost\":12345678901.0123456789");
        tab.openDialog(tab.button("Edit free"));
        assertThat(tab.field("At most, $")).hasValue("12345678901.0123456789");
        tab.field("At most, tokens").fill("1000");
        tab.field("At most, $").fill("0.0000005");
        tab.button("Save").click();
        assertThat(tab.dialog()).hasCount(0);
        assertThat(acme.get("/api/tiers")
                        .path("data.find { it.tier == 'free' }.limits.maxMonthlyTokens")
                        .toString())
                .isEqualTo("1000");
        tab.openDialog(tab.button("Edit free"));
        assertThat(tab.field("At most, $")).hasValue("0.0000005");
    }

    @Test
    void makesAKeyThatIsShownOnceAndCountsUntilItIsRevoked(Visits visits) {
        Tab tab = visit(visits, "/admin/keys");
        tab.openDialog(tab.button("New key").first());
        tab.field("Name").fill("mobile backend");
        tab.button("Create").click();
        String key = tab.dialog().locator("code").first().innerText();
        tab.button("I have it").click();

        var call = "{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}";
        Organisation.bearing(key).body(call).post("/api/usage/events").then().statusCode(201);
        assertThat(tab.region("API keys")).containsText("mobile backend");
        tab.page().reload();
        assertThat(tab.region("API keys")).containsText("mobile backend");
        assertThat(tab.page().content()).doesNotContain(key);

        tab.openDialog(tab.button(Pattern.compile("^Revoke mobile backend")));
        tab.button("Revoke").click();

        assertThat(tab.region("API keys").locator("tbody")).containsText("revoked");
        Organisation.bearing(key).body(call).post("/api/usage/events").then().statusCode(401);
    }

    @Test
    void isDoneOnAPhoneWithoutScrollingSideways(Visits visits) {
        acme.admin()
                .body("{\"name\":\"backend\",\"roles\":[\"service\"]}")
                .post("/api/keys")
                .then()
                .statusCode(201);
        Tab tab = visit(visits, "/admin/tiers");
        tab.page().setViewportSize(360, 780);

        for (var action : Map.of("tiers", "Edit free", "keys", "Revoke backend", "prices", "Own price for")
                .entrySet()) {
            tab.open("/admin/" + action.getKey()).settled();
            Locator button =
                    tab.button(Pattern.compile("^" + action.getValue())).first();
            assertThat(button).isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(1));
            Locator table = tab.page().locator(".table");
            assertThat(table).hasJSProperty("scrollWidth", table.evaluate("table => table.clientWidth"));
            tab.openDialog(button);
            tab.page().keyboard().press("Escape");
            assertThat(button).isFocused();
        }
    }
}

package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.TenantId;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.SignInProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ApiTest
@BrowserTest
class SignInPageTest {

    private final Organisation acme = Organisation.fresh();

    private String admins() {
        return Organisation.accessToken(acme.id(), "admin-1", "admin");
    }

    private static void enter(Tab tab, String credential) {
        tab.field("Access token or API key").fill(credential);
        tab.button("Sign in").click();
    }

    private static void assertSignedIn(Tab tab) {
        assertThat(tab.navigation()).isVisible();
        assertThat(tab.button("Sign out")).isVisible();
    }

    private static void assertSignedOut(Tab tab) {
        assertThat(tab.heading("Sign in")).isVisible();
        assertThat(tab.page().context().cookies()).isEmpty();
        assertThat(tab.page().evaluate("JSON.stringify([sessionStorage, localStorage])"))
                .asString()
                .doesNotContain("eyJ")
                .doesNotContain("tokentally.token");
    }

    @Nested
    class APastedAccessToken {

        @Test
        void signsIn(Visits visits) {
            Tab tab = visits.visit().open("/admin");

            enter(tab, "  " + admins() + "\n");

            assertSignedIn(tab);
            assertThat(tab.page().locator(".who")).containsText(acme.id());
            assertThat(tab.page().evaluate("JSON.stringify(localStorage)")).isEqualTo("{}");
            assertThat(tab.page().context().cookies()).isEmpty();
        }

        @Test
        void leadsToThePageThatWasAskedFor(Visits visits) {
            Tab tab = visits.visit().open("/admin/keys?x=1");

            enter(tab, admins());

            assertThat(tab.link("API keys")).hasAttribute("aria-current", "page");
        }

        @Test
        void staysWhenTheTabIsLoadedAnew(Visits visits) {
            Tab tab = visits.visit().open("/admin");
            enter(tab, admins());
            assertSignedIn(tab);

            tab.page().reload();

            assertSignedIn(tab);
        }

        @Test
        void thatIsWrongIsRefusedInWordsAndNotKept(Visits visits) {
            Tab tab = visits.mayBeRefusedWith(401).visit().open("/admin");

            enter(tab, admins().substring(0, 300)); // not copied to its end

            assertThat(tab.alert()).containsText("This access token is not accepted");
            assertSignedOut(tab);
        }

        @Test
        void isForgottenBySigningOut(Visits visits) {
            Tab tab = visits.visit().open("/admin");
            enter(tab, admins());

            tab.button("Sign out").click();

            assertSignedOut(tab);
            tab.page().reload();
            assertSignedOut(tab);
        }

        @Test
        void isForgottenAtItsEndWhichThePageSays(Visits visits) {
            Tab tab = visits.visit();
            tab.page().clock().install();
            tab.open("/admin");
            enter(tab, admins());
            assertSignedIn(tab);

            tab.page().clock().fastForward("11:00");

            assertThat(tab.alert()).hasText("Your access token has expired.");
            assertSignedOut(tab);
        }

        @Test
        void isForgottenWhenTheServiceRefusesIt(Visits visits) {
            Tab tab = visits.mayBeRefusedWith(401).visit().open("/admin/keys"); // asks nothing by itself
            String key = acme.admin()
                    .body("{\"name\":\"a person's\",\"roles\":[\"admin\"]}")
                    .post("/api/keys")
                    .path("data.key");
            enter(tab, key);
            assertSignedIn(tab);
            assertThat(tab.settled().heading("API keys")).isVisible();
            String id = acme.get("/api/keys").path("data.keys[0].id");

            acme.admin().delete("/api/keys/" + id).then().statusCode(204);
            tab.page().reload();

            assertThat(tab.alert()).hasText("Your access token is no longer accepted.");
            assertSignedOut(tab);
        }
    }

    @Nested
    class AOneTimeLink {

        private String link() throws IOException {
            String code = SignIns.newCode();
            Instant end = Instant.now().plusSeconds(600);
            var signIn = new SignIn(
                    admins(),
                    Optional.of(new TenantId(acme.id())),
                    Optional.empty(),
                    List.of("admin"),
                    "admin-1",
                    end,
                    end);
            Files.writeString(new SignIns(PostgresForTests.signIns()).file(code), signIn.toJson());
            return "/admin/#sign-in=" + code;
        }

        @Test
        void signsInAndLeavesTheAddressBar(Visits visits) throws IOException {
            Tab tab = visits.visit().open(link());

            assertSignedIn(tab);
            assertThat(tab.page()).hasURL(Visits.origin() + "/admin/");
        }

        @Test
        void takesThePlaceOfWhoeverIsSignedIn(Visits visits) throws IOException {
            Tab tab = visits.visit().open("/admin");
            enter(tab, Organisation.accessToken(acme.id(), "ann", "member"));
            assertThat(tab.page().locator(".who")).containsText("User ann, member");

            tab.page().evaluate("(link) => { location.hash = link.split('#')[1]; }", link());

            assertThat(tab.page().locator(".who")).containsText("admin");
            assertThat(tab.page().locator(".who")).not().containsText("ann");
            assertThat(tab.page()).hasURL(Visits.origin() + "/admin");
        }

        @Test
        void countsOnce(Visits visits) throws IOException {
            String link = link();
            assertSignedIn(visits.visit().open(link));

            Tab second = visits.mayBeRefusedWith(410).visit().open(link);

            assertThat(second.alert()).containsText("This link was used");
            assertSignedOut(second);
        }
    }

    @Nested
    class TheIdentityProvider {

        private static final String CONTINUE = "Continue with your organisation’s sign-in";

        @Test
        void signsInAndLeadsBackToThePageThatWasAskedFor(Visits visits) {
            SignInProvider.givesNext(admins());
            Tab tab = visits.mayAsk(SignInProvider.issuer()).visit().open("/admin/users?search=ann");

            tab.button(CONTINUE).click();

            assertSignedIn(tab);
            assertThat(tab.page()).hasURL(Visits.origin() + "/admin/users?search=ann");
            assertThat((String) tab.page().evaluate("Object.keys(sessionStorage).join()"))
                    .isEqualTo("tokentally.token");
        }

        @Test
        void leadsBackToTheSameFiguresWhenATokenHasEnded(Visits visits) {
            SignInProvider.givesNext(admins());
            Tab tab = visits.mayAsk(SignInProvider.issuer())
                    .mayBeRefusedWith(401)
                    .visit()
                    .open("/admin");
            tab.page().evaluate("sessionStorage.setItem('tokentally.token', 'ended')");
            tab.open("/admin/endpoints?days=7&gitBranch=");
            assertThat(tab.alert()).hasText("Your access token is no longer accepted.");

            tab.button(CONTINUE).click();

            assertSignedIn(tab);
            assertThat(tab.page()).hasURL(Visits.origin() + "/admin/endpoints?days=7&gitBranch=");
            assertThat(tab.page().locator(".chip")).hasText("without branch");
        }

        @Test
        void mayTurnSomebodyAway(Visits visits) {
            SignInProvider.turnsEverybodyAway();
            Tab tab = visits.mayAsk(SignInProvider.issuer()).visit().open("/admin");

            tab.button(CONTINUE).click();

            assertThat(tab.alert()).hasText("Your organisation’s sign-in said no: Not today.");
            assertSignedOut(tab);
        }

        @Test
        void isNotBelievedWhenNobodyWasSentThere(Visits visits) {
            Tab tab = visits.visit().open("/admin/?code=forged&state=forged");

            assertThat(tab.heading("Sign in")).isVisible();
            assertThat(tab.page().locator("tt-sign-in")).not().containsText(Pattern.compile("Signing in"));
            assertSignedOut(tab);
        }
    }
}

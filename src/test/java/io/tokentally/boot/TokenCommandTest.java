package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TokenCommandTest {

    @TempDir
    static Path home;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void setHome() {
        environment.put("TOKENTALLY_HOME", home.toString());
    }

    @Test
    void printsTheAccessTokenAndNothingElse() {
        assertThat(run("--tenant acme --role admin")).isZero();
        assertThat(out.toString()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void putsTenantRolesAndUserIntoIt() throws Exception {
        run("--tenant acme --role admin --role service --user 123");
        assertThat(claims().getStringClaimValue("tenant")).isEqualTo("acme");
        assertThat(claims().getStringListClaimValue("groups")).containsExactly("admin", "service");
        assertThat(claims().getSubject()).isEqualTo("123");
    }

    @ParameterizedTest
    @CsvSource({"90s,90", "15m,900", "12h,43200", "30d,2592000"})
    void isGoodForTheTimeAskedFor(String ttl, long seconds) throws Exception {
        run("--tenant acme --role admin --ttl " + ttl);
        assertThat(lifetimeSeconds()).isEqualTo(seconds);
    }

    @Test
    void isGoodForADayUnlessAsked() throws Exception {
        run("--tenant acme --role admin");
        assertThat(lifetimeSeconds()).isEqualTo(86_400);
    }

    @Test
    void needsNoTenantForThePlatformAdmin() throws Exception {
        assertThat(run("--role platform-admin")).isZero();
        assertThat(claims().hasClaim("tenant")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--tenant acme",
                "--role admin",
                "--role admin --role platform-admin",
                "--tenant acme --role owner",
                "--tenant Acme! --role admin",
                "--tenant acme --role member",
                "--tenant acme --role admin --ttl 30",
                "--tenant acme --role admin --ttl 0d",
                "--tenant acme --role admin --ttl -1d"
            })
    void refusesWhatMakesNoSense(String words) {
        assertThat(run(words)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).doesNotContain("Exception");
    }

    @Test
    void signsNothingWhereAnIdentityProviderDoes() {
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://id.example/keys");
        assertThat(run("--tenant acme --role admin")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("tokentally: Access tokens come from the identity provider of"
                        + " MP_JWT_VERIFY_PUBLICKEY_LOCATION, and own-key tokens are off;"
                        + " TOKENTALLY_IDENTITY_ALLOW_OWN_KEYS=true, here and where it serves, believes both.");
    }

    @Test
    void signsBesideAnIdentityProviderIfThatIsAllowed() {
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://id.example/keys");
        environment.put("TOKENTALLY_IDENTITY_ALLOW_OWN_KEYS", "true");
        assertThat(run("--role platform-admin")).isZero();
    }

    private int run(String words) {
        Settings settings = new Settings(Map.of(), environment, Map.of());
        CommandLine commandLine = Tokentally.prepared(new CommandLine(new TokenCommand(settings)));
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.split(" "));
    }

    private JwtClaims claims() throws Exception {
        return SigningKeysTest.verified(out.toString().strip(), SigningKeys.in(home.resolve("keys")), Instant.now());
    }

    private long lifetimeSeconds() throws Exception {
        return claims().getExpirationTime().getValue() - claims().getIssuedAt().getValue();
    }
}

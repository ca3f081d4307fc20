package io.tokentally.tenancy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Principal;
import java.util.HashMap;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimReaderTest {

    private final Map<String, String> environment = new HashMap<>();

    @Nested
    class TheNameOfAClaim {

        @Test
        void isLookedForAtTheTopAsItIsWritten() {
            assertThat(found("https://a.example/x.y", "{'https://a.example/x.y': 'it'}"))
                    .isEqualTo("it");
        }

        @Test
        void leadsIntoObjectsOtherwise() {
            assertThat(found("a.b.c", "{'a': {'b': {'c': 'it'}}}")).isEqualTo("it");
        }

        @Test
        void atTheTopGoesFirst() {
            assertThat(found("a.b", "{'a.b': 'it', 'a': {'b': 'other'}}")).isEqualTo("it");
            assertThat(found("a.b", "{'a.b': null, 'a': {'b': 'other'}}")).isNull();
        }

        @Test
        void isAPathThroughNamesWithDotsIfItBeginsWithASlash() {
            assertThat(found("/a/my.client/b", "{'a': {'my.client': {'b': 'it'}}, '/a/my.client/b': 'other'}"))
                    .isEqualTo("it");
            assertThat(found("/x~1y/m~0n", "{'x/y': {'m~n': 'it'}}")).isEqualTo("it");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a.b", "a.b.c.d", "a.", ".a", "a..c", "/a/0", "/", "a.0", "b"})
        void findsNothingWhereNothingIs(String name) {
            assertThat(found(name, "{'a': ['x', 'y'], 'c': 5}")).isNull();
        }

        private Object found(String name, String claims) {
            return new ClaimPath(name).in(claims(claims).getClaimsMap());
        }
    }

    @Nested
    class TheTenant {

        @ParameterizedTest
        @ValueSource(strings = {"'acme'", "['acme']", "{'acme': {}}", "{'acme': {'id': '1'}}"})
        void isTextOrTheOnlyOne(String claim) {
            assertThat(read("{'tenant': " + claim + "}").tenant()).contains(new TenantId("acme"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "true",
                    "5",
                    "''",
                    "'ACME'",
                    "'a b'",
                    "[]",
                    "['acme', 'other']",
                    "[5]",
                    "[['acme']]",
                    "{}",
                    "{'id': 'acme'}",
                    "{'acme': {}, 'other': {}}"
                })
        void isNoneInAnyOtherForm(String claim) {
            assertThat(read("{'tenant': " + claim + "}").tenant()).isEmpty();
            assertThat(read("{}").tenant()).isEmpty();
        }
    }

    @Nested
    class TheUser {

        @ParameterizedTest
        @CsvSource({
            "'''jane''',jane",
            "'''123''',123",
            "123,123",
            "-5,-5",
            "9007199254740991,9007199254740991",
            "-9007199254740991,-9007199254740991"
        })
        void isTextOrAnIntegerThatEveryReaderKeeps(String claim, String user) {
            assertThat(read("{'sub': " + claim + "}").user()).contains(new UserId(user));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "true",
                    "''",
                    "' '",
                    "1.5",
                    "9007199254740992",
                    "-9007199254740992",
                    "123456789012345678901234567890",
                    "['jane']",
                    "{'id': 'jane'}"
                })
        void isNobodyInAnyOtherForm(String claim) {
            assertThat(read("{'sub': " + claim + "}").user()).isEmpty();
        }

        @Test
        void mayStandElsewhere() {
            environment.put("TOKENTALLY_IDENTITY_USER_CLAIM", "profile.employee");

            assertThat(read("{'sub': 'x', 'profile': {'employee': 7}}").user()).contains(new UserId("7"));
            assertThat(read("{'sub': 'x'}").user()).isEmpty();
        }
    }

    @Nested
    class TheRoles {

        @ParameterizedTest
        @ValueSource(strings = {"['admin', 'service', 'x']", "'admin service'", "'  service  x admin '"})
        void areAnArrayOrTextWithSpaces(String claim) {
            assertThat(roles(claim)).containsExactlyInAnyOrder("admin", "service");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "true",
                    "5",
                    "''",
                    "[]",
                    "['admin', 5]",
                    "['admin', null]",
                    "[['admin']]",
                    "{'admin': true}",
                    "'admin,service'",
                    "['admin service']"
                })
        void areNoneInAnyOtherForm(String claim) {
            assertThat(roles(claim)).isEmpty();
        }

        @Test
        void areThoseTheOperatorMappedAndNoneOfTheSameName() {
            environment.put("TOKENTALLY_IDENTITY_ADMIN_GROUP", "CN=Tokentally Admins,OU=Groups");
            environment.put("TOKENTALLY_IDENTITY_MEMBER_GROUP", "authenticated");

            assertThat(roles("['CN=Tokentally Admins,OU=Groups', 'service']"))
                    .containsExactlyInAnyOrder("admin", "service");
            assertThat(roles("['admin', 'member']")).isEmpty();
            assertThat(roles("'authenticated'")).containsExactly("member");
        }

        @Test
        void neverIncludeThePlatformAdminUnlessTheOperatorMappedIt() {
            assertThat(roles("['platform-admin', 'admin']")).containsExactly("admin");
            environment.put("TOKENTALLY_IDENTITY_PLATFORM_ADMIN_GROUP", "ops");
            assertThat(roles("['platform-admin']")).isEmpty();
            assertThat(roles("['ops']")).containsExactly("platform-admin");
        }

        private Iterable<String> roles(String claim) {
            return read("{'groups': " + claim + "}").roles();
        }
    }

    @Nested
    class OfOurOwn {

        @Test
        void areReadByOurNamesWhateverIsConfiguredForOthers() {
            Principal principal = ClaimReader.ofOurOwn()
                    .read(claims("{'tenant': 'acme', 'sub': '7', 'groups': ['platform-admin', 'admin', 'x']}"));

            assertThat(principal.tenant()).contains(new TenantId("acme"));
            assertThat(principal.user()).contains(new UserId("7"));
            assertThat(principal.roles()).containsExactlyInAnyOrder("platform-admin", "admin");
            assertThat(principal.credential()).isEqualTo("token:7");
        }

        @Test
        void nameTheirTenantInOneWay() {
            assertThat(ClaimReader.ofOurOwn()
                            .read(claims("{'tenant': ['acme']}"))
                            .tenant())
                    .isEmpty();
        }

        @Test
        void areABackendsWithoutASubject() {
            Principal principal = ClaimReader.ofOurOwn().read(claims("{'upn': 'service@acme'}"));

            assertThat(principal.user()).isEmpty();
            assertThat(principal.credential()).isEqualTo("token:service@acme");
        }
    }

    private Principal read(String claims) {
        return ClaimReader.ofProvider(Verifier.settings(environment)).read(claims(claims));
    }

    private static JwtClaims claims(String json) {
        try {
            return JwtClaims.parse(json.replace('\'', '"'));
        } catch (InvalidJwtException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

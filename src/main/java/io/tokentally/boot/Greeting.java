package io.tokentally.boot;

import static io.tokentally.boot.SignInLinks.FIRST_TENANT;

import io.tokentally.shared.TenantId;
import java.util.List;
import java.util.Optional;

/**
 * What a newcomer reads after the start: where it is, and the commands that record a first call.
 *
 * @param outside the operator's database; empty if the database is ours, in the data folder
 * @param pooled whether a connection pooler stands before it
 * @param demo whether the demo traffic was asked for
 * @param launcher how the person called us
 */
record Greeting(
        Optional<DatabaseUrl> outside,
        boolean pooled,
        DataFolder folder,
        boolean ownKeys,
        boolean demo,
        String launcher) {

    private static final TenantId DEMO = new TenantId("demo");

    /** @param link signs in to the portal; empty: people sign in there otherwise */
    String text(HttpAddress address, Optional<String> link) {
        return """

                Tokentally is ready at %1$s
                  %2$s
                  API page      %1$s/q/swagger-ui
                %3$s
                Record a first call, and see it counted:
                  %4$s
                  curl %1$s/api/usage/events \\
                    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
                    -d '{"user_id":123,"endpoint":"analyze_homework","model":"gpt-4o-mini","prompt_tokens":1200,"completion_tokens":300}'
                  curl %1$s/api/usage/stats -H "Authorization: Bearer $TOKEN"

                Or look at it:
                  portal        %5$s

                Ctrl-C stops it.
                """.formatted(address.url(), database(), demoLine(), token(FIRST_TENANT.value()), portal(address, link));
    }

    private String portal(HttpAddress address, Optional<String> link) {
        String another = launcher + " link" + (demo ? " --tenant " + DEMO : "");
        return link.map(once -> "%s   (once, within 15 minutes; another: %s)".formatted(once, another))
                .orElse(address.url() + "/admin");
    }

    /** Who the link signs in: whoever looks after the demo, or the tenant of the first call. */
    Grant portalGrant() {
        TenantId tenant = demo ? DEMO : FIRST_TENANT;
        return new Grant(Optional.of(tenant), Optional.empty(), List.of("admin"), SignInLinks.ACCESS);
    }

    private String database() {
        return outside.map(url -> "database      " + url.place() + (pooled ? " (through a pooler)" : ""))
                .orElse("data folder   " + folder.home());
    }

    /** A line of its own, or nothing. */
    private String demoLine() {
        return demo ? "  demo tenant   %s\n".formatted(token(DEMO.value())) : "";
    }

    private String token(String tenant) {
        return ownKeys
                ? "TOKEN=$(%s token --tenant %s --role admin)".formatted(launcher, tenant)
                : "TOKEN=…   # an access token of your identity provider: tenant %s, role admin".formatted(tenant);
    }
}

package io.tokentally.boot;

import java.util.Optional;

/**
 * What a newcomer reads after the start: where it is, and the commands that record a first call.
 *
 * @param outside the operator's database; empty if the database is ours, in the data folder
 * @param launcher how the person called us
 */
record Greeting(Optional<DatabaseUrl> outside, DataFolder folder, boolean ownKeys, String launcher) {

    String text(HttpAddress address) {
        return """

                Tokentally is ready at %1$s
                  %2$s
                  API page      %1$s/q/swagger-ui

                Record a first call, and see it counted:
                  %3$s
                  curl %1$s/api/usage/events \\
                    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
                    -d '{"user_id":123,"endpoint":"analyze_homework","model":"gpt-4o-mini","prompt_tokens":1200,"completion_tokens":300}'
                  curl %1$s/api/usage/stats -H "Authorization: Bearer $TOKEN"

                Ctrl-C stops it.
                """.formatted(address.url(), database(), token());
    }

    private String database() {
        return outside.map(url -> "database      " + url.place()).orElse("data folder   " + folder.home());
    }

    private String token() {
        return ownKeys
                ? "TOKEN=$(%s token --tenant acme --role admin)".formatted(launcher)
                : "TOKEN=…   # an access token of your identity provider, with the role admin";
    }
}

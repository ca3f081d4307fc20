package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tokentally check} finds what there is to ask: a running service, or else the database of the folder. */
class CheckCommandIT {

    private static final String CLEAN = "clean: 1 tenant, 1 month, 1 event\n";

    @TempDir
    Path home;

    @Test
    void findsTheServiceOfTheFolderAndAfterItItsDatabase() throws Exception {
        try (ServeProcess serve = ServeProcess.start(home, ServeProcess.freePort())) {
            record(serve);
            assertRan(ServeProcess.run(home, "check"), 0, CLEAN, "");
        }
        assertRan(ServeProcess.run(home, "check"), 0, CLEAN, "");
        assertRan(
                ServeProcess.run(home, "check", "--tenant", "nobody"),
                2,
                "",
                "tokentally: There is nothing here, or nothing you may see.\n");
        assertThat(home.resolve("pgdata/postmaster.pid")).doesNotExist();
    }

    @Test
    void makesNoDatabaseWhereThereIsNone() throws Exception {
        assertRan(
                ServeProcess.run(home, "check"),
                2,
                "",
                "tokentally: The data folder %s holds no database yet.\n".formatted(home));
        assertThat(home).isEmptyDirectory();
    }

    private static void record(ServeProcess serve) throws Exception {
        String token = serve.accessToken("--tenant", "acme", "--role", "service");
        try (HttpClient client = HttpClient.newHttpClient()) {
            var recorded = client.send(
                    HttpRequest.newBuilder(URI.create(serve.url() + "/api/usage/events"))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(
                                    "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1000}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(recorded.statusCode()).isEqualTo(201);
        }
    }

    private static void assertRan(ServeProcess.Ran ran, int exitCode, String out, String err) {
        assertThat(ran.err()).isEqualTo(err);
        assertThat(ran.out()).isEqualTo(out);
        assertThat(ran.exitCode()).isEqualTo(exitCode);
    }
}

package io.tokentally.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInsTest {

    private static final int REPLICAS = 4;
    private static final int ROUNDS = 300;
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path folder;

    /** One race is won by luck; each of these looks only at files, and is over in a millisecond. */
    @Test
    void giveEachCodeToOneOfSeveralReplicas() throws Exception {
        try (var replicas = Executors.newFixedThreadPool(REPLICAS)) {
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(takenBy(replicas)).isEqualTo(1);
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** As a file is that root left there, to whoever may not read it. */
    @Test
    void areClearedAwayThoughAFileCannotBeRead() throws Exception {
        var signIns = new SignIns(folder);
        Path ended = signIns.file(waiting(signIns));
        Path unreadable = Files.createDirectory(folder.resolve("0".repeat(64)));
        Path unremovable = Files.createDirectories(
                        folder.resolve("f".repeat(64)).resolve("x"))
                .getParent();
        Path garbage = Files.write(folder.resolve("1".repeat(64)), new byte[] {(byte) 0xff, 0});
        for (Path file : List.of(unreadable, unremovable, garbage)) {
            Files.setLastModifiedTime(file, FileTime.from(NOW));
        }

        signIns.removeEnded(NOW.plus(SignIns.LIFE).minusMillis(1));
        assertThat(ended).doesNotExist();
        assertThat(folder.toFile().list()).hasSize(3);

        signIns.removeEnded(NOW.plus(SignIns.LIFE));
        assertThat(folder.toFile().list()).containsExactly("f".repeat(64));
    }

    /** A link to nothing can be moved and is then not there: as if another replica's clean-up had come between. */
    @Test
    void haveEndedWhenTheyAreClearedAwayWhileBeingTaken() throws IOException {
        var signIns = new SignIns(folder);
        Files.createSymbolicLink(signIns.file("code"), folder.resolve("gone"));

        assertThat(signIns.take("code", NOW)).isEmpty();
    }

    private long takenBy(ExecutorService replicas) throws Exception {
        var signIns = new SignIns(folder);
        String code = waiting(signIns);
        var together = new CyclicBarrier(REPLICAS);
        Callable<Optional<SignIn>> replica = () -> {
            together.await();
            signIns.removeEnded(NOW);
            return signIns.take(code, NOW);
        };
        List<Future<Optional<SignIn>>> answers = replicas.invokeAll(
                Stream.generate(() -> replica).limit(REPLICAS).toList());
        return answers.stream().filter(answer -> answer.resultNow().isPresent()).count();
    }

    private static String waiting(SignIns signIns) throws IOException {
        String code = SignIns.newCode();
        var signIn = new SignIn(
                "x.y.z", Optional.empty(), Optional.empty(), List.of("platform-admin"), "ops", NOW, NOW.plusSeconds(1));
        Files.writeString(signIns.file(code), signIn.toJson());
        return code;
    }
}

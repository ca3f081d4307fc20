package io.tokentally.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class RunningExportsTest {

    private static final Principal ANN = of("acme", "token:ann");
    private static final Principal BOB = of("acme", "token:bob");

    private final RunningExports exports = new RunningExports(Duration.ZERO);

    private static Principal of(String tenant, String credential) {
        return new Principal(
                Optional.ofNullable(tenant).map(TenantId::new), Optional.empty(), Set.of(), null, credential);
    }

    /** Each within the one before. */
    private void whileRunning(Runnable then, Principal... callers) {
        Runnable all = then;
        for (Principal caller : callers) {
            Runnable within = all;
            all = () -> exports.run(caller, within);
        }
        all.run();
    }

    private void assertBegins(Principal caller) {
        assertThatCode(() -> exports.run(caller, () -> {})).doesNotThrowAnyException();
    }

    private AbstractThrowableAssert<?, ?> assertRefused(Principal caller) {
        return assertThatThrownBy(() -> exports.run(caller, () -> {}))
                .isInstanceOfSatisfying(RunningExports.TooManyExports.class, refused -> {
                    assertThat(refused.kind().status()).isEqualTo(503);
                    assertThat(refused.code()).isEqualTo("too_many_exports");
                });
    }

    @Test
    void areOneOfEachCredential() {
        whileRunning(() -> assertRefused(ANN).hasMessageStartingWith("An export with this credential is running"), ANN);
        assertBegins(ANN);
    }

    @Test
    void areNotOnesWhoHasTheSameNameInAnotherTenant() {
        whileRunning(() -> assertBegins(of("other", "token:ann")), ANN);
    }

    @Test
    void waitAMomentForOneThatIsEnding() throws Exception {
        var patient = new RunningExports(Duration.ofMinutes(1));
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        Thread first = Thread.ofVirtual()
                .start(() -> patient.run(ANN, () -> {
                    begun.countDown();
                    await(mayEnd);
                }));
        begun.await();
        Thread second = Thread.ofVirtual().start(() -> patient.run(ANN, () -> {}));
        while (second.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        mayEnd.countDown();

        first.join();
        assertThat(second.join(Duration.ofSeconds(30))).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void areTwoOfEachTenant() {
        whileRunning(() -> assertBegins(BOB), ANN);
        whileRunning(
                () -> {
                    assertRefused(of("acme", "key:1")).hasMessageStartingWith("Two exports of your tenant are running");
                    assertBegins(of("other", "token:zoe"));
                    assertBegins(of(null, "token:ops"));
                },
                ANN,
                BOB);
        assertBegins(of("acme", "key:1"));
    }

    @Test
    void areTwoOfOperators() {
        whileRunning(
                () -> assertRefused(of(null, "token:c")).hasMessageStartingWith("Two exports of operators are running"),
                of(null, "token:a"),
                of(null, "token:b"));
    }

    @Test
    void areFourOfAll() {
        whileRunning(
                () -> assertRefused(of("third", "token:a")).hasMessageStartingWith("Other exports are running"),
                ANN,
                BOB,
                of("other", "token:a"),
                of("other", "token:b"));
        assertBegins(of("third", "token:a"));
    }

    @Test
    void giveTheirPlaceBackWhenTheyFail() {
        assertThatThrownBy(() -> exports.run(ANN, () -> {
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        assertBegins(ANN);
    }
}

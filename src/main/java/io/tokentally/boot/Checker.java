package io.tokentally.boot;

import io.quarkus.runtime.QuarkusApplication;
import io.tokentally.ledger.Rebuilt;
import io.tokentally.ledger.SelfCheck;
import io.tokentally.ledger.SelfCheckReport;
import io.tokentally.shared.Refusal;
import jakarta.enterprise.inject.spi.CDI;

/** The service without its door: runs one check on the ledger in this process, then ends. */
public final class Checker implements QuarkusApplication {

    private static Check check;

    static void run(Check wanted) {
        check = wanted;
    }

    @Override
    public int run(String... words) {
        try {
            return check.of(
                    new InThisProcess(CDI.current().select(SelfCheck.class).get()));
        } catch (Refusal refusal) {
            return check.failed(refusal.getMessage());
        } catch (RuntimeException failure) {
            return check.failed("The check did not come to its end (%s).".formatted(Reason.ofRootOf(failure)));
        }
    }

    private record InThisProcess(SelfCheck selfCheck) implements CheckTarget {

        @Override
        public SelfCheckReport check(String tenant) {
            return tenant == null ? selfCheck.ofAll() : selfCheck.of(tenant);
        }

        @Override
        public Rebuilt rebuild(String tenant) {
            return selfCheck.rebuild(tenant);
        }
    }
}

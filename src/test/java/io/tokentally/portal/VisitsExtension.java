package io.tokentally.portal;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.support.TypeBasedParameterResolver;

/** Starts the browser with the first test that needs it, and gives each test visits of its own. */
class VisitsExtension extends TypeBasedParameterResolver<Visits> implements BeforeEachCallback, AfterEachCallback {

    private static final Namespace OURS = Namespace.create(VisitsExtension.class);

    @Override
    public void beforeEach(ExtensionContext test) {
        Assumptions.assumeTrue(Chromium.program(System.getenv()).isPresent(), Chromium.MISSING);
        test.getStore(OURS).put(Visits.class, new Visits(chromium(test).browser()));
    }

    private static Chromium chromium(ExtensionContext test) {
        return test.getRoot()
                .getStore(OURS)
                .computeIfAbsent(
                        Chromium.class,
                        key -> Chromium.start(Chromium.program(System.getenv()).orElseThrow()),
                        Chromium.class);
    }

    @Override
    public Visits resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getStore(OURS).get(Visits.class, Visits.class);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        Visits visits = test.getStore(OURS).remove(Visits.class, Visits.class);
        if (visits != null) {
            visits.end(test.getUniqueId(), test.getExecutionException().isPresent());
        }
    }
}

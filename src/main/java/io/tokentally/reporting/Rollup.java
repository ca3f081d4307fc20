package io.tokentally.reporting;

import static io.tokentally.reporting.Dimension.CALL_TYPE;
import static io.tokentally.reporting.Dimension.ENDPOINT;
import static io.tokentally.reporting.Dimension.GIT_BRANCH;
import static io.tokentally.reporting.Dimension.MODEL;
import static io.tokentally.reporting.Dimension.PROVIDER;
import static io.tokentally.reporting.Dimension.SCOPE;
import static io.tokentally.reporting.Dimension.SESSION;
import static io.tokentally.reporting.Dimension.SOURCE;
import static io.tokentally.reporting.Dimension.SUCCESS;
import static io.tokentally.reporting.Dimension.USER;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The tables of sums, and what each can tell apart. */
enum Rollup {
    WHOLE("rollup_tenant", Set.of()),
    USERS("rollup_user", Set.of(USER)),
    SESSIONS("rollup_session", Set.of(SESSION)),
    CONTEXTS("rollup_context", Set.of(ENDPOINT, MODEL, PROVIDER, CALL_TYPE, SCOPE, GIT_BRANCH, SOURCE, SUCCESS));

    private final String table;
    private final Set<Dimension> dimensions;

    Rollup(String table, Set<Dimension> dimensions) {
        this.table = table;
        this.dimensions = dimensions;
    }

    String table() {
        return table;
    }

    /** The smallest that can tell all of these apart; empty: only the rows can. */
    static Optional<Rollup> of(Set<Dimension> dimensions) {
        return Arrays.stream(values())
                .filter(rollup -> rollup.dimensions.containsAll(dimensions))
                .findFirst();
    }
}

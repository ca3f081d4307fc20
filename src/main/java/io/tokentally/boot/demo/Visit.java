package io.tokentally.boot.demo;

import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.TokenCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Some minutes of one person, or of no person at all: a run of calls in one session. */
final class Visit {

    private static final double FAILURES = 0.015;

    private static final List<String> REASONS = List.of(
            "429 Too Many Requests: rate limit reached",
            "503 Service Unavailable: the model is overloaded",
            "timeout: no answer within 30 s",
            "connection reset by peer");

    final Dice dice;
    final Person person;
    private final String session;
    private final List<RecordUsage> calls = new ArrayList<>();
    private Instant at;

    /** @param person null: the platform itself is at work */
    Visit(Dice dice, Person person, Instant start, String session) {
        this.dice = dice;
        this.person = person;
        this.session = session;
        this.at = start;
    }

    List<RecordUsage> calls() {
        return calls;
    }

    /** Reads, thinks, types; or waits for a machine. */
    void pause(long medianSeconds) {
        at = at.plusMillis(dice.around(medianSeconds * 1000, 0.6));
    }

    Call call(String endpoint, Model model) {
        return new Call(endpoint, model);
    }

    /** A call in the making; what is not said of it stays absent. */
    final class Call {

        private final String endpoint;
        private final Model model;
        private final SortedMap<String, Object> tags = new TreeMap<>();
        private String callType;
        private String scope;
        private String problemId;
        private String gradeLevel;
        private String gitBranch;

        private Call(String endpoint, Model model) {
            this.endpoint = endpoint;
            this.model = model;
        }

        Call type(String text) {
            callType = text;
            return this;
        }

        Call scope(String text) {
            scope = text;
            return this;
        }

        Call problem(String id) {
            problemId = id;
            gradeLevel = person.gradeLevel();
            return this;
        }

        Call branch(String name) {
            gitBranch = name;
            return this;
        }

        Call tag(String name, Object value) {
            tags.put(name, value);
            return this;
        }

        /** The provider answered, or, now and then, did not: then nobody counted tokens. */
        void took(TokenCounts tokens) {
            if (dice.chance(FAILURES)) {
                add(TokenCounts.NONE, dice.around(9_000, 0.8), dice.oneOf(REASONS), false);
            } else {
                add(tokens, model.responseTimeMs(tokens, dice), null, false);
            }
        }

        /** The platform's own cache knew the answer. */
        void wasCached() {
            add(TokenCounts.NONE, dice.around(4, 0.4), null, true);
        }

        private void add(TokenCounts tokens, long responseTimeMs, String error, boolean cacheHit) {
            calls.add(new RecordUsage(
                    person == null ? null : person.userId(),
                    person != null,
                    endpoint,
                    model.provider,
                    model.id,
                    tokens,
                    DemoDay.SOURCE,
                    null,
                    at,
                    session,
                    problemId,
                    gradeLevel,
                    callType,
                    scope,
                    gitBranch,
                    responseTimeMs,
                    error == null,
                    error,
                    cacheHit,
                    Collections.unmodifiableSortedMap(tags),
                    Set.of(),
                    null));
            at = at.plusMillis(responseTimeMs);
        }
    }
}

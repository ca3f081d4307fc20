package io.tokentally.ledger;

import io.tokentally.ledger.SumTables.Context;
import io.tokentally.ledger.SumTables.Session;
import io.tokentally.quota.Person;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * What a person's events carry in fields that callers write as they like, and the sessions and branches these name. An
 * event stays with all its numbers; what it was to its session and branch goes from their sums in the same transaction.
 */
final class FreeFields {

    /** A place in a person's events, which are walked from the oldest day on. */
    record Place(LocalDate day, UUID id) {

        static final Place START = new Place(LocalDate.EPOCH.withYear(1), new UUID(0, 0));

        private static Place of(Fact fact) {
            return new Place(fact.day(), fact.id());
        }
    }

    /** @param last null: there was none */
    record Cleared(int events, Set<String> sessions, Place last) {

        static final Cleared NOTHING = new Cleared(0, Set.of(), null);
    }

    private record Found(Fact fact, boolean branchNamesThem) {}

    // A branch is of the code and not of the person, unless it is named after them.
    /** A short name must be a word of its own: user 1 is not meant by release-1.10. */
    private static final String NAMES_THEM = """
            exists (select from unnest(:names::text[]) name
                    where case when length(name) >= 6 then strpos(lower(git_branch), lower(name)) > 0
                          else lower(name) = any (regexp_split_to_array(lower(git_branch), '[^[:alnum:]]+')) end)""";

    private static final String FIND = """
            select %1$s, %2$s as branch_names_them from user_api_usage
            where tenant_id = :tenant and user_key = :person and (usage_day, id) > (:day, :id)
              and (num_nonnulls(event_id, session_id, problem_id, grade_level, error_message, tags, reversal_reason) > 0 or %2$s)
            order by usage_day, id limit :most""".formatted(UsageRows.COLUMNS, NAMES_THEM);

    private static final Unnest<Fact> PLACES =
            new Unnest<Fact>().column("usage_day", "date", Fact::day).column("id", "uuid", Fact::id);

    private static final String CLEAR = """
            update user_api_usage
            set event_id = null, session_id = null, problem_id = null, grade_level = null, error_message = null, tags = null,
                reversal_reason = null, git_branch = case when %s then null else git_branch end
            where tenant_id = :tenant and usage_day between :firstDay and :lastDay
              and (usage_day, id) in (select * from %s)""".formatted(NAMES_THEM, PLACES.from());

    private static final String OF_SESSIONS = """
            tenant_id = :tenant and session_id = any(:sessions)
            and (grain = 'day' or (grain = 'ever' and period = '0001-01-01'))""";

    private static final String REMOVE_EMPTY_SESSIONS =
            "delete from rollup_session where events = 0 and " + OF_SESSIONS;

    private static final String REMOVE_EMPTY_BRANCHES = """
            delete from rollup_context
            where tenant_id = :tenant and grain in ('day', 'month', 'ever') and period = any(:periods::date[])
              and git_branch = any(:branches) and events = 0""";

    private static final Unnest<Session> DAYS_OF_SESSIONS = new Unnest<Session>()
            .column("day", "date", session -> session.period().start())
            .column("session", "text", Session::id);

    /** Of the days whose rows are locked, and no others: a writer holds those before it comes to the session's own. */
    private static final String FIND_ENDS_OF_DAYS = """
            update rollup_session s set first_at = kept.earliest, last_at = kept.latest
            from (
                select usage_day, session_id as kept_id, min(occurred_at) as earliest, max(occurred_at) as latest
                from user_api_usage
                where tenant_id = :tenant and (usage_day, session_id) in (select * from %s)
                group by 1, 2) kept
            where s.tenant_id = :tenant and s.grain = 'day' and s.period = kept.usage_day and s.session_id = kept.kept_id""".formatted(DAYS_OF_SESSIONS.from());

    private static final String FIND_ENDS = """
            update rollup_session s
            set first_at = kept.earliest, last_at = kept.latest, first_day = kept.first_day, last_day = kept.last_day
            from (
                select session_id as kept_id, min(first_at) as earliest, max(last_at) as latest,
                       min(first_day) as first_day, max(last_day) as last_day
                from rollup_session
                where tenant_id = :tenant and session_id = any(:sessions) and grain = 'day' and events <> 0
                group by 1) kept
            where s.tenant_id = :tenant and s.grain = 'ever' and s.period = '0001-01-01' and s.session_id = kept.kept_id""";

    private final Handle transaction;
    private final Person person;

    /** @param person locked, so that nobody else clears their events; known sessions wait for us from now on */
    FreeFields(Handle transaction, Person person) {
        this.transaction = transaction;
        this.person = person;
    }

    /** The next events after a place, {@code most} of them at most. */
    Cleared clear(Place after, int most) {
        List<Found> found = find(after, most);
        if (found.isEmpty()) {
            return Cleared.NOTHING;
        }
        List<Fact> facts = found.stream().map(Found::fact).toList();
        takeFromBranches(
                found.stream().filter(Found::branchNamesThem).map(Found::fact).toList());
        Map<Session, Sums> gone = Tally.sumBy(facts, Tally::session);
        SumTables.SESSION.add(transaction, negated(gone));
        empty(facts);
        Set<String> sessions = gone.keySet().stream().map(Session::id).collect(Collectors.toSet());
        removeEmptyOrFindEnds(gone.keySet(), sessions);
        return new Cleared(facts.size(), sessions, Place.of(facts.getLast()));
    }

    private List<Found> find(Place after, int most) {
        return transaction
                .createQuery(FIND)
                .bind("tenant", person.tenant().value())
                .bind("person", person.key())
                .bind("day", after.day)
                .bind("id", after.id)
                .bind("most", most)
                .bindArray("names", String.class, person.names())
                .map((row, context) -> new Found(UsageRows.fact(row), row.getBoolean("branch_names_them")))
                .list();
    }

    /** The calls are of no branch from now on. */
    private void takeFromBranches(List<Fact> facts) {
        Map<Context, Sums> gone = Tally.sumBy(facts, Tally::context);
        var moved = new HashMap<>(negated(gone));
        moved.putAll(Tally.sumBy(facts, (fact, period) -> Tally.context(fact, period, "")));
        SumTables.CONTEXT.add(transaction, moved);
        if (!gone.isEmpty()) {
            transaction
                    .createUpdate(REMOVE_EMPTY_BRANCHES)
                    .bind("tenant", person.tenant().value())
                    .bindArray(
                            "branches",
                            String.class,
                            gone.keySet().stream().map(Context::gitBranch).toList())
                    .bindArray(
                            "periods",
                            String.class,
                            gone.keySet().stream()
                                    .map(context -> context.period().start().toString())
                                    .toList())
                    .execute();
        }
    }

    private static <K> Map<K, Sums> negated(Map<K, Sums> sums) {
        return sums.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().negated()));
    }

    private void empty(List<Fact> facts) {
        PLACES.bind(transaction.createUpdate(CLEAR), transaction, facts)
                .bind("tenant", person.tenant().value())
                .bind("firstDay", facts.getFirst().day())
                .bind("lastDay", facts.getLast().day())
                .bindArray("names", String.class, person.names())
                .execute();
    }

    /** The sessions were locked before these statements: they see every event that the sums count. */
    private void removeEmptyOrFindEnds(Set<Session> locked, Set<String> sessions) {
        if (!sessions.isEmpty()) {
            about(transaction.createUpdate(REMOVE_EMPTY_SESSIONS), sessions).execute();
            List<Session> days = locked.stream()
                    .filter(session -> session.period().grain() == Period.Grain.DAY)
                    .toList();
            DAYS_OF_SESSIONS
                    .bind(transaction.createUpdate(FIND_ENDS_OF_DAYS), transaction, days)
                    .bind("tenant", person.tenant().value())
                    .execute();
            about(transaction.createUpdate(FIND_ENDS), sessions).execute();
        }
    }

    private <S extends SqlStatement<S>> S about(S statement, Set<String> sessions) {
        return statement
                .bind("tenant", person.tenant().value())
                .bindArray("sessions", String.class, List.copyOf(sessions));
    }
}

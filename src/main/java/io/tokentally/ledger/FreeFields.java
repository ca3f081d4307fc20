package io.tokentally.ledger;

import io.tokentally.ledger.SumTables.Session;
import io.tokentally.quota.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * What a person's events carry in fields that callers write as they like, and the sessions these name. An event stays with
 * all its numbers; what it was to its session goes from the session's sums in the same transaction.
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

    /** A session as it stands after events were taken from it. */
    private record Rest(Session session, long events, Instant first, Instant last) {}

    // A branch is of the code and not of the person, unless it is named after them.
    /** A short name must be a word of its own: user 1 is not meant by release-1.10. */
    private static final String NAMES_THEM = """
            exists (select from unnest(:names::text[]) name
                    where case when length(name) >= 6 then strpos(lower(git_branch), lower(name)) > 0
                          else lower(name) = any (regexp_split_to_array(lower(git_branch), '[^[:alnum:]]+')) end)""";

    private static final String FIND = """
            select %s from user_api_usage
            where tenant_id = :tenant and user_key = :person and (usage_day, id) > (:day, :id)
              and (num_nonnulls(event_id, session_id, problem_id, grade_level, error_message, tags, reversal_reason) > 0 or %s)
            order by usage_day, id limit :most""".formatted(UsageRows.COLUMNS, NAMES_THEM);

    private static final Unnest<Fact> PLACES =
            new Unnest<Fact>().column("usage_day", "date", Fact::day).column("id", "uuid", Fact::id);

    private static final String CLEAR = """
            update user_api_usage
            set event_id = null, session_id = null, problem_id = null, grade_level = null, error_message = null, tags = null,
                reversal_reason = null, git_branch = case when %s then null else git_branch end
            where tenant_id = :tenant and usage_day between :firstDay and :lastDay
              and (usage_day, id) in (select * from %s)""".formatted(NAMES_THEM, PLACES.from());

    private static final String REMOVE_EMPTY =
            "delete from rollup_session where tenant_id = :tenant and session_id = any(:sessions) and events = 0";

    // Of a session that may reach into a sealed month the first rows are gone: when it began is kept as it was.
    private static final String FIND_ENDS = """
            update rollup_session s
            set first_at = case when %s then first_at else kept.earliest end, last_at = kept.latest
            from (
                select session_id as kept_id, min(occurred_at) as earliest, max(occurred_at) as latest
                from user_api_usage
                where tenant_id = :tenant and session_id = any(:sessions) and usage_day between :firstDay and :lastDay
                group by session_id) kept
            where s.tenant_id = :tenant and s.session_id = kept.kept_id""".formatted(Proofs.REACHES_BACK);

    private final Handle transaction;
    private final Person person;

    /** @param person locked, so that nobody else clears their events; known sessions wait for us from now on */
    FreeFields(Handle transaction, Person person) {
        this.transaction = transaction;
        this.person = person;
    }

    /** The next events after a place, {@code most} of them at most. */
    Cleared clear(Place after, int most) {
        List<Fact> facts = find(after, most);
        if (facts.isEmpty()) {
            return Cleared.NOTHING;
        }
        Map<Session, Sums> gone = ofSessions(facts);
        List<Rest> rests = takeAway(gone);
        empty(facts);
        removeEmpty(rests);
        findEnds(rests.stream().filter(rest -> lostAnEnd(rest, gone)).toList());
        return new Cleared(
                facts.size(),
                gone.keySet().stream().map(Session::id).collect(Collectors.toSet()),
                Place.of(facts.getLast()));
    }

    private List<Fact> find(Place after, int most) {
        return transaction
                .createQuery(FIND)
                .bind("tenant", person.tenant().value())
                .bind("person", person.key())
                .bind("day", after.day)
                .bind("id", after.id)
                .bind("most", most)
                .bindArray("names", String.class, person.names())
                .map((row, context) -> UsageRows.fact(row))
                .list();
    }

    private static Map<Session, Sums> ofSessions(List<Fact> facts) {
        var sums = new HashMap<Session, Sums>();
        facts.stream()
                .filter(fact -> Tally.session(fact) != null)
                .forEach(fact -> sums.merge(Tally.session(fact), Sums.of(fact), Sums::plus));
        return sums;
    }

    /** This locks the sessions, in the one order. */
    private List<Rest> takeAway(Map<Session, Sums> gone) {
        var negated = new HashMap<Session, Sums>();
        gone.forEach((session, sums) -> negated.put(session, sums.negated()));
        return SumTables.SESSION.add(
                transaction, negated, "session_id, events, first_at, last_at", (row, context) -> rest(row));
    }

    private Rest rest(ResultSet row) throws SQLException {
        return new Rest(
                new Session(person.tenant(), row.getString("session_id")),
                row.getLong("events"),
                row.getObject("first_at", OffsetDateTime.class).toInstant(),
                row.getObject("last_at", OffsetDateTime.class).toInstant());
    }

    private void empty(List<Fact> facts) {
        PLACES.bind(transaction.createUpdate(CLEAR), transaction, facts)
                .bind("tenant", person.tenant().value())
                .bind("firstDay", facts.getFirst().day())
                .bind("lastDay", facts.getLast().day())
                .bindArray("names", String.class, person.names())
                .execute();
    }

    private void removeEmpty(List<Rest> rests) {
        if (rests.stream().anyMatch(rest -> rest.events == 0)) {
            about(transaction.createUpdate(REMOVE_EMPTY), rests).execute();
        }
    }

    private static boolean lostAnEnd(Rest rest, Map<Session, Sums> gone) {
        Sums sums = gone.get(rest.session);
        return rest.events > 0
                && (sums.first().equals(rest.first) || sums.last().equals(rest.last));
    }

    /** The locks are older than this statement: it sees every event that these sessions count. */
    private void findEnds(List<Rest> rests) {
        if (!rests.isEmpty()) {
            Instant first =
                    rests.stream().map(Rest::first).min(Instant::compareTo).orElseThrow();
            Instant last =
                    rests.stream().map(Rest::last).max(Instant::compareTo).orElseThrow();
            // a zone is at most a day off UTC
            about(transaction.createUpdate(FIND_ENDS), rests)
                    .bind("firstDay", day(first).minusDays(1))
                    .bind("lastDay", day(last).plusDays(1))
                    .bind("sealed", SelfCheck.sealedDays(transaction))
                    .execute();
        }
    }

    private <S extends SqlStatement<S>> S about(S statement, List<Rest> rests) {
        return statement
                .bind("tenant", person.tenant().value())
                .bindArray(
                        "sessions",
                        String.class,
                        rests.stream().map(rest -> rest.session.id()).toList());
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}

package io.tokentally.bench;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The rows that the service would write for the same traffic, made without it. What pricing adds is read back from
 * events the service recorded for this tenant before.
 */
final class DirectRows {

    /** @param event the number n of the event in the traffic */
    record Row(long event, UUID id, long userKey, String session, Priced priced, LocalDate day, OffsetDateTime at) {

        String eventId() {
            return Traffic.eventId(event);
        }
    }

    /** A kind of call as the service wrote it. */
    record Priced(Traffic.Kind kind, String provider, BigDecimal inputCost, BigDecimal outputCost, long priceId) {}

    private final Traffic traffic;
    private final long[] userKeys;
    private final List<Priced> kinds;
    private final AtomicLong next;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    private DirectRows(Traffic traffic, long[] userKeys, List<Priced> kinds, long first) {
        this.traffic = traffic;
        this.userKeys = userKeys;
        this.kinds = kinds;
        this.next = new AtomicLong(first);
    }

    /** @param first the number of the first event that the service has not recorded */
    static DirectRows of(Traffic traffic, Installation installation, long first) throws SQLException {
        try (Connection connection = installation.connectAsSuperuser()) {
            return new DirectRows(traffic, userKeys(connection, traffic), kinds(connection, traffic), first);
        }
    }

    String tenant() {
        return traffic.tenants().getFirst();
    }

    /** Thread-safe. */
    List<Row> take(int count) {
        long first = next.getAndAdd(count);
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        var rows = new ArrayList<Row>(count);
        for (long n = first; n < first + count; n++) {
            int user = traffic.userOf(n);
            rows.add(new Row(
                    n,
                    ids.generate(),
                    userKeys[user],
                    Traffic.session(user, traffic.sessionOf(n)),
                    kinds.get(traffic.kindOf(n)),
                    now.toLocalDate(),
                    now));
        }
        return rows;
    }

    private static long[] userKeys(Connection connection, Traffic traffic) throws SQLException {
        var keys = new long[traffic.users()];
        try (var query = connection.prepareStatement(
                "select user_key from app_user where tenant_id = ? order by user_id collate \"C\"")) {
            query.setString(1, traffic.tenants().getFirst());
            ResultSet users = query.executeQuery();
            for (int i = 0; i < keys.length; i++) {
                users.next();
                keys[i] = users.getLong(1);
            }
        }
        return keys;
    }

    private static List<Priced> kinds(Connection connection, Traffic traffic) throws SQLException {
        Map<String, Priced> found = new HashMap<>();
        try (var query = connection.prepareStatement("""
                select distinct on (endpoint, model) endpoint || '/' || model, provider, input_cost, output_cost, price_id
                from user_api_usage where tenant_id = ?""")) {
            query.setString(1, traffic.tenants().getFirst());
            for (ResultSet row = query.executeQuery(); row.next(); ) {
                found.put(
                        row.getString(1),
                        new Priced(null, row.getString(2), row.getBigDecimal(3), row.getBigDecimal(4), row.getLong(5)));
            }
        }
        return Traffic.KINDS.stream()
                .map(kind -> of(kind, found.get(kind.endpoint() + "/" + kind.model())))
                .toList();
    }

    private static Priced of(Traffic.Kind kind, Priced found) {
        return new Priced(kind, found.provider, found.inputCost, found.outputCost, found.priceId);
    }
}

package io.tokentally.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.tokentally.pricing.Cost;
import io.tokentally.pricing.Price;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Prices;
import io.tokentally.pricing.Rating;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.TokenCounts;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Sql;
import io.tokentally.testing.Truth;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code ./tokentally bench fill} writes past the service is what the service would have written. */
@ApiTest
class BenchFillTest {

    private static final Instant UNTIL = Instant.parse("2026-10-20T15:30:00Z");

    @Inject
    TenantTransactions transactions;

    @Inject
    Prices prices;

    /** @param price null: unpriced */
    private record Priced(Long price, BigDecimal input, BigDecimal output) {

        private static Priced of(Price price, Cost cost) {
            return new Priced(price.id(), cost.input(), cost.output());
        }
    }

    @Test
    void fillsATenantWithCallsWhoseSumsAndCostsAreTrue() throws Exception {
        Organisation tenant = Organisation.freshIn("UTC");

        Filler filler = filler(tenant);
        filler.writeRows();
        filler.writeSums();

        assertThat(Truth.differences(tenant)).isEmpty();
        tenant.get("/api/usage/stats").then().body("data.overall.total_users", is(120));
        try (Connection rows = bound(tenant)) {
            assertThat(rowsPricedOtherwise(rows, tenant)).isEmpty();
            assertThat(Sql.count(rows, "user_api_usage")).isEqualTo(2_000);
            assertThat(kindsOfRows(rows)).allMatch(count -> count > 0);
        }
    }

    @Test
    void makesTheSameOfTheSameShape() throws Exception {
        Set<String> first = rowsOf(Organisation.freshIn("UTC"));
        Set<String> second = rowsOf(Organisation.freshIn("UTC"));

        assertThat(second).isEqualTo(first).hasSize(2_000);
    }

    private static Filler filler(Organisation tenant) {
        return new Filler(() -> PostgresForTests.server().connectAsApp(""), shape(tenant), (done, time) -> {});
    }

    private static Shape shape(Organisation tenant) {
        return new Shape(tenant.id(), 2_000, 120, 20, UNTIL, 7);
    }

    private static Connection bound(Organisation tenant) throws SQLException {
        return PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + tenant.id());
    }

    private static Set<String> rowsOf(Organisation tenant) throws Exception {
        filler(tenant).writeRows();
        try (Connection rows = bound(tenant)) {
            return Set.copyOf(Sql.texts(rows, """
                    select to_jsonb(u) - 'tenant_id' - 'user_key' - 'grade_level' || jsonb_build_object('user', user_id)
                    from user_api_usage u left join app_user using (tenant_id, user_key)"""));
        }
    }

    /** All there should be some of. */
    private static List<Long> kindsOfRows(Connection rows) throws SQLException {
        return Sql.texts(rows, """
                        select unnest(array[
                            count(*) filter (where price_id is null and not cache_hit), count(*) filter (where cache_hit),
                            count(*) filter (where not success), count(*) filter (where user_key is null),
                            count(*) filter (where git_branch is not null), count(*) filter (where scope = 'OUT_OF_SCOPE'),
                            count(*) filter (where cache_read_tokens > 0), count(*) filter (where cache_write_5m_tokens > 0),
                            (select count(*) from (select from user_api_usage where session_id is not null
                                group by session_id having min(usage_day) < max(usage_day)) over_days)])
                        from user_api_usage""").stream().map(Long::valueOf).toList();
    }

    private List<String> rowsPricedOtherwise(Connection rows, Organisation tenant) throws SQLException {
        TenantId id = new TenantId(tenant.id());
        PriceBook book = transactions.read(
                id, transaction -> prices.booksOf(transaction, List.of(id)).get(id));
        var others = new ArrayList<String>();
        try (var statement = rows.createStatement();
                ResultSet row = statement.executeQuery("select * from user_api_usage where not cache_hit")) {
            while (row.next()) {
                Priced found = new Priced(
                        row.getObject("price_id", Long.class),
                        row.getBigDecimal("input_cost"),
                        row.getBigDecimal("output_cost"));
                Priced expected = priced(book, row);
                if (!found.equals(expected)) {
                    others.add(row.getString("id") + ": " + found + " instead of " + expected);
                }
            }
        }
        return others;
    }

    private static Priced priced(PriceBook book, ResultSet row) throws SQLException {
        Instant at = row.getObject("occurred_at", OffsetDateTime.class).toInstant();
        TokenCounts tokens = new TokenCounts(
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens"),
                row.getLong("cache_read_tokens"),
                row.getLong("cache_write_5m_tokens"),
                row.getLong("cache_write_1h_tokens"),
                row.getLong("reasoning_tokens"));
        return book.priceAt(row.getString("provider"), row.getString("model"), at)
                .map(price -> Priced.of(price, Rating.rate(price, tokens, at)))
                .orElse(new Priced(null, null, null));
    }
}

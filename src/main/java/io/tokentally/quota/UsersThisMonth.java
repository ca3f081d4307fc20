package io.tokentally.quota;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.StreamedRows;
import io.tokentally.tenancy.Tenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** People with what they have used this month: the numbers of {@link Standings}, for many at once. */
@ApplicationScoped
class UsersThisMonth {

    record Page(List<UserView> users, long total, Instant resetsAt) {}

    /** @param user null: the page has nobody */
    private record Line(long total, UserView user) {}

    /** A hold that is due is expired, also while nothing has been decided since that would have struck it off. */
    private static final String PEOPLE = """
            with due as (
                select user_key, sum(held_tokens)::bigint as tokens, sum(held_cost) as cost, sum(held_calls)::bigint as calls
                from reservation
                where tenant_id = :tenant and state = 'held' and expires_at <= :now and month = :month
                group by user_key
            ), people as (
                select u.user_id, u.user_id_is_number, u.username, u.email, coalesce(u.tier, :defaultTier) as tier, u.tier as own_tier,
                       u.limits::text as overrides, u.created_at,
                       coalesce(b.used_prompt_tokens + b.used_completion_tokens, 0) as tokens,
                       coalesce(b.used_cost, 0) as cost, coalesce(b.used_calls, 0) as calls,
                       coalesce(b.held_tokens, 0) - coalesce(due.tokens, 0) as held_tokens,
                       coalesce(b.held_cost, 0) - coalesce(due.cost, 0) as held_cost,
                       coalesce(b.held_calls, 0) - coalesce(due.calls, 0) as held_calls,
                       coalesce(b.unpriced_calls, 0) as unpriced_calls, ever.last_at as last_call
                from app_user u
                left join quota_balance b on b.tenant_id = u.tenant_id and b.user_key = u.user_key and b.month = :month
                left join rollup_user ever on ever.tenant_id = u.tenant_id and ever.grain = 'ever'
                    and ever.period = '0001-01-01' and ever.user_key = u.user_key
                left join due on due.user_key = u.user_key
                where u.tenant_id = :tenant and u.user_id is not null and %s
            )
            """;

    private static final String ONE = PEOPLE.formatted("u.user_id = :user") + "select * from people";

    private static final String MATCHING = PEOPLE.formatted("""
            (:tier::text is null or coalesce(u.tier, :defaultTier) = :tier)
            and (:part::text is null or lower(u.user_id) like :part escape '!' or lower(u.username) like :part escape '!'
                or lower(u.email) like :part escape '!')""");

    private static final String ALL = MATCHING + "select * from people order by <order>";

    /** A page past the end has no people, and a total all the same. */
    private static final String PAGE = MATCHING + """
            select matching.total, page.*
            from (select count(*) as total from people) matching
            left join (
                select * from people where :after::text is null or user_id > :after
                order by <order> limit :limit offset :offset) page on true
            order by <order>""";

    /** Until its statistics know of a month that has just begun, PostgreSQL would take it for empty and compare all with all. */
    private static final String EACH_TABLE_ONCE = "set local enable_nestloop = off";

    private final Tiers tiers;
    private final Clock clock;

    UsersThisMonth(Tiers tiers, Clock clock) {
        this.tiers = tiers;
        this.clock = clock;
    }

    Optional<UserView> find(Handle transaction, Tenant tenant, UserId user) {
        Map<String, MonthlyLimits> limits = tiers.orDefaults(tenant.id().value());
        return bind(transaction.createQuery(ONE), tenant, clock.instant())
                .bind("user", user.value())
                .map((row, context) -> view(row, limits))
                .findOne();
    }

    Page page(Handle transaction, Tenant tenant, UserListing wanted) {
        Instant now = clock.instant();
        Map<String, MonthlyLimits> limits = tiers.orDefaults(tenant.id().value());
        transaction.execute(EACH_TABLE_ONCE);
        List<Line> lines = bind(transaction.createQuery(PAGE), tenant, now, wanted)
                .bind("after", wanted.after() == null ? null : wanted.after().value())
                .bind("limit", wanted.limit())
                .bind("offset", wanted.offset())
                .map((row, context) ->
                        new Line(row.getLong("total"), row.getString("user_id") == null ? null : view(row, limits)))
                .list();
        return new Page(
                lines.stream().map(Line::user).filter(Objects::nonNull).toList(),
                lines.getFirst().total,
                tenant.zones().endOfMonth(now));
    }

    /** Those of every page of {@code wanted}, one after the other. */
    void forEach(Handle transaction, Tenant tenant, UserListing wanted, Consumer<UserView> each) {
        Map<String, MonthlyLimits> limits = tiers.orDefaults(tenant.id().value());
        transaction.execute(EACH_TABLE_ONCE);
        var rows = new StreamedRows(transaction, "all_people");
        bind(rows.of(ALL), tenant, clock.instant(), wanted).execute();
        rows.forEach((row, context) -> view(row, limits), each);
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Tenant tenant, Instant now, UserListing wanted) {
        return bind(statement, tenant, now)
                .define("order", wanted.orderBy())
                .bind("tier", wanted.tier())
                .bind("part", wanted.part() == null ? null : containing(wanted.part()));
    }

    private static String containing(String part) {
        return "%" + part.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Tenant tenant, Instant now) {
        return statement
                .bind("tenant", tenant.id().value())
                .bind("defaultTier", tenant.defaultTier())
                .bind("month", tenant.zones().monthOf(now).atDay(1))
                .bind("now", now.atOffset(ZoneOffset.UTC));
    }

    private static UserView view(ResultSet row, Map<String, MonthlyLimits> limitsOf) throws SQLException {
        LimitOverrides own = LimitOverrides.parse(row.getString("overrides"));
        var level = new Level(
                Level.Name.USER,
                new Spend(row.getLong("tokens"), row.getBigDecimal("cost"), row.getLong("calls")),
                new Spend(row.getLong("held_tokens"), row.getBigDecimal("held_cost"), row.getLong("held_calls")),
                own.over(limitsOf.get(row.getString("tier"))));
        return new UserView(
                JsonUserId.toJson(row.getString("user_id"), row.getObject("user_id_is_number", Boolean.class)),
                row.getString("username"),
                row.getString("email"),
                row.getString("tier"),
                row.getString("own_tier"),
                level.limits(),
                own.members(),
                level.used(),
                level.held(),
                level.available(),
                row.getLong("unpriced_calls"),
                instant(row, "last_call"),
                instant(row, "created_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}

package io.tokentally.bench;

import io.tokentally.bench.Feature.Kind;
import io.tokentally.bench.Feature.Who;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.stream.DoubleStream;

/**
 * The calls of days, made up inside PostgreSQL by a statement for each day. Chance is a hash of the session or call and
 * the seed, so that the same shape is the same data.
 *
 * <p>The rows have no event id, as if nobody had sent one: so there is no identity to remember.
 */
record FilledDays(Shape shape) {

    /** What a day's statement looks up. Temporary, because the serving role makes no other tables. */
    private static final String TABLES = """
            create temporary table made_user (number bigint primary key, user_key bigint not null);
            create temporary table made_feature (
                slot int primary key, feature int, endpoint text, source text, is_person boolean, is_build boolean);
            create temporary table made_kind (
                feature int, slot int, call_type text, scope text, provider text, model text, prompt float8,
                completion float8, spread float8, reads_cache float8, hits float8, primary key (feature, slot));
            create temporary table made_rate (
                provider text, model text, price_id bigint, since timestamptz, until timestamptz, input numeric,
                output numeric, cache_read numeric, cache_write numeric)""";

    /** From 0 to 1, 1 excluded; and about normally distributed, as the sum of four. */
    private static final String CHANCE = """
            create function pg_temp.chance(key bigint, what bigint) returns float8 language sql immutable
                return (hashint8extended(key, %1$d + what) & 16777215) / 16777216::float8;
            create function pg_temp.spread(key bigint, what bigint) returns float8 language sql immutable
                return (((hashint8extended(key, %1$d + what) & 65535) + (hashint8extended(key, %1$d + what) >> 16 & 65535)
                    + (hashint8extended(key, %1$d + what) >> 32 & 65535) + (hashint8extended(key, %1$d + what) >> 48 & 65535))
                    / 65536::float8 - 2) * 1.732""";

    private static final String USERS = """
            insert into made_user select user_id::bigint, user_key from app_user where tenant_id = ?""";

    private static final String FEATURE = """
            insert into made_feature select slot, ?, ?, ?, ?, ? from generate_series(?, ?) slot""";

    private static final String KIND = """
            insert into made_kind select ?, slot, ?, ?, ?, ?, ?, ?, ?, ?, ? from generate_series(?, ?) slot""";

    /**
     * When each price of the catalogue is in force: the one that started last, and the oldest at every earlier instant.
     * No prompt made up here is long enough for a long-context band.
     */
    private static final String RATES = """
            insert into made_rate
            select provider, model, price_id,
                   case when row_number() over by_start = 1 then '-infinity' else effective_from end,
                   coalesce(least(effective_until, lead(effective_from) over by_start), 'infinity'),
                   input_per_million, output_per_million, coalesce(cache_read_per_million, input_per_million),
                   coalesce(cache_write_5m_per_million, input_per_million)
            from price where book = '*' and retired_at is null and (provider, model) in (select provider, model from made_kind)
            window by_start as (partition by provider, model order by effective_from nulls first)""";

    private static final String DAY = """
            with numbered as (
                select number, (?::bigint << 24) + number as key from generate_series(1, ?) as number
            ), lengths as (
                select number, key, case when number <= ? then 1
                    else least(30, 1 + floor(-4.2 * ln(1 - pg_temp.chance(key, 1))))::int end as wanted
                from numbered
            ), dealt as (
                select number, key, wanted, sum(wanted) over (order by number) - wanted as before from lengths
            ), visit as (
                select number, key, least(wanted, ? - before)::int as calls, number <= ? as is_first,
                       pg_temp.chance(key, 2) * ? as moment
                from dealt where before < ? offset 0
            ), session as (
                select v.number, v.key, v.calls, v.is_first, f.endpoint, f.feature, f.source, f.is_person, f.is_build, u.user_key,
                       ?::timestamptz + make_interval(secs => 3600 * (h.hour - 1
                           + (v.moment - shares[h.hour]) / (shares[h.hour + 1] - shares[h.hour]))) as starts_at,
                       least(900, 45 * exp(0.9 * pg_temp.spread(v.key, 3))) as pause,
                       pg_temp.chance(v.key, 4) < 0.01 as goes_on_tomorrow
                from visit v
                cross join (select ?::float8[] as shares offset 0) s
                cross join lateral (select width_bucket(v.moment, s.shares[1:24]) as hour offset 0) h
                join made_feature f
                    on f.slot = floor(pg_temp.chance(v.key, 5) * case when v.is_first then ? else ? end)::int
                left join made_user u
                    on f.is_person and u.number = case when v.is_first then ? + v.number
                       else floor(exp(pg_temp.chance(v.key, 6) * ln(?::float8)))::bigint end
                offset 0
            ), call as (
                select s.*, i, (s.key << 5) + i as call_key,
                       s.starts_at + make_interval(secs => s.pause * (i - 1 + pg_temp.chance((s.key << 5) + i, 7))
                           + case when s.goes_on_tomorrow and i > s.calls / 2 then 79200 else 0 end) as planned_at
                from session s cross join lateral generate_series(1, s.calls) as i
                offset 0
            ), known as (
                select c.*, k.call_type, k.scope, k.provider, k.model, k.completion as usual_completion,
                       date_trunc('milliseconds', case when planned_at < ?::timestamptz then planned_at
                           else ?::timestamptz - make_interval(secs => 1 + 3600 * pg_temp.chance(call_key, 8)) end) as at,
                       not c.is_first and pg_temp.chance(call_key, 9) * 100 < k.hits as is_hit,
                       pg_temp.chance(call_key, 10) < 0.02 as has_failed,
                       least(90000, ceil(k.prompt * exp(k.spread * pg_temp.spread(call_key, 11))))::bigint as prompt,
                       ceil(k.completion * exp(k.spread * pg_temp.spread(call_key, 12)))::bigint as completion,
                       pg_temp.chance(call_key, 13) * 100 < k.reads_cache as reads_cache,
                       pg_temp.chance(call_key, 14) as part
                from call c
                join made_kind k on k.feature = c.feature and k.slot = floor(pg_temp.chance(call_key, 15) * 100)::int
                offset 0
            ), answered as (
                select k.*, not is_hit and has_failed as is_failed,
                       case when is_hit or has_failed then 0 else prompt end as used_prompt,
                       case when is_hit or has_failed then 0 else completion end as used_completion,
                       case when is_hit or has_failed or not reads_cache then 0
                            else (prompt * (0.3 + 0.6 * part))::bigint / 128 * 128 end as from_cache,
                       case when is_hit or has_failed or reads_cache or provider <> 'anthropic' then 0
                            else (prompt * part * 0.4)::bigint end as to_cache,
                       case when is_hit or has_failed or provider not in ('google', 'openai') or call_type = 'classification' then 0
                            else (completion * part * 0.5)::bigint end as reasoning
                from known k
                offset 0
            )
            insert into user_api_usage (
                tenant_id, usage_day, id, source, user_key, endpoint, provider, model, call_type, scope, session_id,
                problem_id, grade_level, git_branch, calls, prompt_tokens, completion_tokens, cache_read_tokens,
                cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, input_cost, output_cost, price_id,
                response_time_ms, success, error_message, cache_hit, tags, occurred_at, recorded_at)
            select ?, (at at time zone 'UTC')::date,
                   overlay(overlay(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
                       || right(md5(call_key::text || ?), 20) placing '7' from 13) placing '8' from 17)::uuid,
                   source, user_key, endpoint, a.provider, a.model, call_type, scope,
                   case when is_person or is_build then to_char(starts_at, 'YYMMDD-') || number end,
                   case when endpoint in ('analyze_homework', 'explain_step') then 'p-' || key % 1800 end,
                   case when endpoint in ('analyze_homework', 'explain_step', 'grade_essay') then (5 + user_key % 8)::text end,
                   case when is_build then (array['main', 'main', 'feature/new-ui', 'feature/rag-citations', 'fix/csv-export',
                       'feature/essay-rubrics', 'chore/upgrade-sdk', 'fix/slow-search', 'feature/parent-portal',
                       'feature/voice'])[1 + floor(pg_temp.chance(key, 16) * 10)::int] end,
                   case when is_hit then 0 else 1 end, used_prompt, used_completion, from_cache, to_cache, 0, reasoning,
                   case when is_hit then 0 when r.price_id is not null then trim_scale(
                       (r.input * (used_prompt - from_cache - to_cache) + r.cache_read * from_cache
                           + r.cache_write * to_cache) * 0.000001) end,
                   case when is_hit then 0 when r.price_id is not null then trim_scale(r.output * used_completion * 0.000001) end,
                   case when not is_hit then r.price_id end,
                   case when is_hit then 2 + (3 * part)::bigint
                        when is_failed then (9000 * exp(0.8 * pg_temp.spread(call_key, 17)))::bigint
                        when pg_temp.chance(call_key, 18) < 0.99 then (
                            (180 + used_prompt / 50 + 9 * used_completion) * exp(0.35 * pg_temp.spread(call_key, 17)))::bigint end,
                   not is_failed,
                   case when is_failed then (array['429 Too Many Requests: rate limit reached',
                       '503 Service Unavailable: the model is overloaded', 'timeout: no answer within 30 s',
                       'connection reset by peer'])[1 + floor(part * 4)::int] end,
                   is_hit,
                   case when is_build then jsonb_build_object('ci_run', 4000 + key % 5000)
                        when call_type = 'answer' then jsonb_build_object('collection',
                            (array['biology', 'history', 'physics', 'literature'])[1 + key % 4]) end,
                   at, at + interval '50 milliseconds'
            from answered a
            left join made_rate r on r.provider = a.provider and r.model = a.model and at >= r.since and at < r.until
            order by at""";

    /** Returns how many rows there are more. */
    long fill(Connection connection, Shape.Day day) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(DAY)) {
            return insert(insert, day);
        }
    }

    /** What the connection needs before its first day. The tenant's users are there. */
    void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(TABLES);
            statement.execute(CHANCE.formatted(shape.seed() << 8));
            addFeatures(connection);
            addUsers(connection);
            statement.execute(RATES);
            statement.execute("analyze made_user; analyze made_feature; analyze made_kind; analyze made_rate");
            statement.execute("set work_mem = '256MB'");
        }
    }

    private int insert(PreparedStatement insert, Shape.Day day) throws SQLException {
        var until = shape.until().atOffset(ZoneOffset.UTC);
        Object[] values = {
            day.number(),
            day.events(),
            day.newUsers(),
            day.events(),
            day.newUsers(),
            day.lastShare(),
            day.events(),
            day.date().atStartOfDay().atOffset(ZoneOffset.UTC),
            shares(insert.getConnection(), day),
            Feature.weightOf(Feature.ALL.stream().filter(feature -> feature.who() == Who.PERSON)),
            Feature.weightOf(Feature.ALL.stream()),
            day.firstUser(),
            shape.users() + 0.999999,
            until,
            until,
            shape.tenant(),
            String.valueOf(shape.seed())
        };
        for (int i = 0; i < values.length; i++) {
            insert.setObject(i + 1, values[i]);
        }
        return insert.executeUpdate();
    }

    private static Array shares(Connection connection, Shape.Day day) throws SQLException {
        return connection.createArrayOf(
                "float8",
                DoubleStream.of(Rhythm.shareByHour(day.date())).boxed().toArray());
    }

    private void addUsers(Connection connection) throws SQLException {
        try (PreparedStatement users = connection.prepareStatement(USERS)) {
            users.setString(1, shape.tenant());
            users.executeUpdate();
        }
    }

    private void addFeatures(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FEATURE)) {
            int slot = 0;
            for (int number = 0; number < Feature.ALL.size(); number++) {
                Feature feature = Feature.ALL.get(number);
                statement.setInt(1, number);
                statement.setString(2, feature.endpoint());
                statement.setString(3, feature.source());
                statement.setBoolean(4, feature.who() == Who.PERSON);
                statement.setBoolean(5, feature.who() == Who.BUILD);
                statement.setInt(6, slot);
                statement.setInt(7, slot + feature.weight() - 1);
                statement.executeUpdate();
                slot += feature.weight();
                addKinds(connection, number, feature);
            }
        }
    }

    private void addKinds(Connection connection, int number, Feature feature) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KIND)) {
            int slot = 0;
            for (Kind kind : feature.kinds()) {
                Object[] values = {
                    number,
                    kind.callType(),
                    kind.scope(),
                    kind.provider(),
                    kind.model(),
                    kind.prompt(),
                    kind.completion(),
                    kind.spread(),
                    kind.readsCache(),
                    kind.hits(),
                    slot,
                    slot + kind.weight() - 1
                };
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                statement.executeUpdate();
                slot += kind.weight();
            }
        }
    }
}

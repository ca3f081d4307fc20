-- What is hard to change later: who a tenant and a user are, what a call is, which sums are kept with it.
--
-- Every table of a tenant begins with tenant_id, and its keys do too; row security is in R__2_row_security.sql.
-- There are no foreign keys from facts: the ledger writes a fact and all its sums in one transaction.
-- Text keys are collated bytewise, so that "sorted" means the same in PostgreSQL and in Java: the one lock order needs it.

-- Tenants -------------------------------------------------------------------------------------------------------------

create table tenant (
    tenant_id          text collate "C" primary key,
    name               text not null,
    default_tier       text collate "C" not null default 'free',
    max_monthly_tokens bigint,   -- null: unlimited
    max_monthly_cost   numeric,
    max_monthly_calls  bigint,
    created_at         timestamptz not null,
    constraint tenant_id_is_well_formed check (tenant_id ~ '^[a-z0-9][a-z0-9._-]{0,62}$')
);

-- A tenant's day and month belong to its zone; the zone in force at a call's instant decides, for ever.
create table tenant_zone (
    tenant_id      text collate "C" not null,
    effective_from timestamptz not null,
    zone           text not null,
    primary key (tenant_id, effective_from)
);

create table tier (
    tenant_id          text collate "C" not null,
    tier               text collate "C" not null,
    max_monthly_tokens bigint,   -- null: unlimited
    max_monthly_cost   numeric,
    max_monthly_calls  bigint,
    primary key (tenant_id, tier),
    constraint limits_are_not_negative check (
        coalesce(max_monthly_tokens, 0) >= 0 and coalesce(max_monthly_cost, 0) >= 0 and coalesce(max_monthly_calls, 0) >= 0)
);

-- The person. Everything else knows only user_key, so that erasing a person is one row.
create table app_user (
    tenant_id         text collate "C" not null,
    user_key          bigint generated always as identity,
    user_id           text collate "C",   -- null: erased; the same id later is a new person
    user_id_is_number boolean,            -- how the tenant writes it; null: not seen in JSON yet
    username          text,
    email             text,
    tier              text collate "C",   -- null: the tenant's default tier
    limits            jsonb not null default '{}',   -- overrides; a key that is present wins over the tier, null means unlimited
    created_at        timestamptz not null,
    primary key (tenant_id, user_key),
    constraint one_user_per_id unique (tenant_id, user_id)
);

-- Prices --------------------------------------------------------------------------------------------------------------

-- book '*' is the product's catalogue; any other book is the tenant of that name.
create table price (
    price_id                     bigint generated always as identity primary key,
    book                         text collate "C" not null,
    provider                     text collate "C" not null,
    model                        text collate "C" not null,
    vendor                       boolean not null,   -- sold by who made it, not by a reseller
    effective_from               timestamptz,        -- inclusive; null: no source states a date
    effective_until              timestamptz,        -- exclusive; null: open
    input_per_million            numeric not null,   -- USD
    output_per_million           numeric not null,
    cache_read_per_million       numeric,            -- null: as input
    cache_write_5m_per_million   numeric,
    cache_write_1h_per_million   numeric,
    source                       text not null,
    retired_at                   timestamptz,        -- corrected by another row; rows priced by it keep it
    constraint rates_are_not_negative check (
        input_per_million >= 0 and output_per_million >= 0 and coalesce(cache_read_per_million, 0) >= 0
        and coalesce(cache_write_5m_per_million, 0) >= 0 and coalesce(cache_write_1h_per_million, 0) >= 0)
);
create unique index one_price_per_date on price (book, provider, model, effective_from) nulls not distinct where retired_at is null;

-- A long-context band: when the whole prompt passes the threshold, the whole request takes these rates.
create table price_band (
    band_id                      bigint generated always as identity primary key,
    price_id                     bigint not null references price,
    book                         text collate "C" not null,
    threshold_tokens             bigint not null,
    threshold_included           boolean not null,
    effective_from               timestamptz,
    effective_until              timestamptz,
    input_per_million            numeric not null,
    output_per_million           numeric not null,
    cache_read_per_million       numeric,
    cache_write_5m_per_million   numeric,
    cache_write_1h_per_million   numeric
);
create index price_band_of_price on price_band (price_id);

create table model_alias (
    book           text collate "C" not null,
    provider       text collate "C" not null,
    alias          text collate "C" not null,
    model          text collate "C" not null,
    effective_from timestamptz    -- null: since ever
);
create unique index one_alias_per_date on model_alias (book, provider, alias, effective_from) nulls not distinct;

-- Facts ---------------------------------------------------------------------------------------------------------------

-- One row per call. No prompt and no completion: content is not ours to keep.
create table user_api_usage (
    tenant_id             text collate "C" not null,
    usage_day             date not null,   -- the day of occurred_at in the tenant's zone, fixed when recorded
    id                    uuid not null,   -- UUIDv7
    source                text not null,
    event_id              text,
    user_key              bigint,          -- null: the tenant's own call
    endpoint              text not null,
    provider              text,
    model                 text not null,
    call_type             text,
    scope                 text,
    session_id            text,
    problem_id            text,
    grade_level           text,
    git_branch            text,
    calls                 smallint not null,   -- 1; a cache hit 0; a reversal -1
    prompt_tokens         bigint not null,     -- all input, cache included
    completion_tokens     bigint not null,     -- all output, reasoning included
    total_tokens          bigint not null generated always as (prompt_tokens + completion_tokens) stored,
    cache_read_tokens     bigint not null,
    cache_write_5m_tokens bigint not null,
    cache_write_1h_tokens bigint not null,
    reasoning_tokens      bigint not null,
    input_cost            numeric,             -- USD; null: unpriced
    output_cost           numeric,
    total_cost            numeric generated always as (input_cost + output_cost) stored,
    price_id              bigint,              -- the price that was used
    response_time_ms      bigint,
    success               boolean not null,
    error_message         text,
    cache_hit             boolean not null,
    tags                  jsonb,
    flags                 text[] not null default '{}',
    occurred_at           timestamptz not null,
    recorded_at           timestamptz not null,
    primary key (tenant_id, usage_day, id),
    constraint cost_is_whole_or_absent check ((input_cost is null) = (output_cost is null))
) partition by range (usage_day);

create index user_api_usage_of_user on user_api_usage (tenant_id, user_key, usage_day, id);

-- Everything before 2020 shares one partition: an invented date must not be able to make thousands of tables.
create table user_api_usage_before_2020 partition of user_api_usage for values from (minvalue) to ('2020-01-01');

-- Identity outlives the row: the first answer is given again for ever.
create table event_key (
    tenant_id    text collate "C" not null,
    key_hash     bytea not null,   -- SHA-256 of source and event id
    content_hash bytea not null,   -- versioned SHA-256 of what was sent
    usage_id     uuid not null,
    usage_day    date not null,
    input_cost   numeric,          -- as first answered
    output_cost  numeric,
    primary key (tenant_id, key_hash)
);

-- Sums, kept in the transaction of the fact ------------------------------------------------------------------------------
-- fillfactor 50 leaves room for HOT updates: these rows change with every call.
-- events counts rows; calls is the sum of user_api_usage.calls. Costs sum what is priced; unpriced_calls says what is not.

create table rollup_endpoint_day (
    tenant_id          text collate "C" not null,
    usage_day          date not null,
    endpoint           text collate "C" not null,
    provider           text collate "C" not null,   -- '' here and below: none
    model              text collate "C" not null,
    call_type          text collate "C" not null,
    scope              text collate "C" not null,
    events             bigint not null,
    calls              bigint not null,
    failed_calls       bigint not null,
    cache_hits         bigint not null,
    unpriced_calls     bigint not null,
    prompt_tokens      bigint not null,
    completion_tokens  bigint not null,
    cache_read_tokens  bigint not null,
    cache_write_tokens bigint not null,
    reasoning_tokens   bigint not null,
    input_cost         numeric not null,
    output_cost        numeric not null,
    response_time_ms   bigint not null,   -- sum over timed_events
    timed_events       bigint not null,
    primary key (tenant_id, usage_day, endpoint, provider, model, call_type, scope)
) with (fillfactor = 50);

create table rollup_session (
    tenant_id          text collate "C" not null,
    session_id         text collate "C" not null,
    first_at           timestamptz not null,
    last_at            timestamptz not null,
    events             bigint not null,
    calls              bigint not null,
    unpriced_calls     bigint not null,
    prompt_tokens      bigint not null,
    completion_tokens  bigint not null,
    input_cost         numeric not null,
    output_cost        numeric not null,
    primary key (tenant_id, session_id)
) with (fillfactor = 50);

create table rollup_user_day (
    tenant_id          text collate "C" not null,
    usage_day          date not null,
    user_key           bigint not null,
    events             bigint not null,
    calls              bigint not null,
    unpriced_calls     bigint not null,
    prompt_tokens      bigint not null,
    completion_tokens  bigint not null,
    input_cost         numeric not null,
    output_cost        numeric not null,
    primary key (tenant_id, usage_day, user_key)
) with (fillfactor = 50);

create table rollup_tenant_day (
    tenant_id          text collate "C" not null,
    usage_day          date not null,
    users              bigint not null,   -- distinct users with a call this day: moves when a user's row goes from 0 to more
    events             bigint not null,
    calls              bigint not null,
    unpriced_calls     bigint not null,
    prompt_tokens      bigint not null,
    completion_tokens  bigint not null,
    input_cost         numeric not null,
    output_cost        numeric not null,
    primary key (tenant_id, usage_day)
) with (fillfactor = 50);

-- The month is part of the key: there is nothing to reset.
create table quota_balance (
    tenant_id              text collate "C" not null,
    user_key               bigint not null,
    month                  date not null,   -- its first day, in the tenant's zone
    events                 bigint not null,
    used_calls             bigint not null,
    used_prompt_tokens     bigint not null,
    used_completion_tokens bigint not null,
    used_cost              numeric not null,
    unpriced_calls         bigint not null,
    held_calls             bigint not null default 0,
    held_tokens            bigint not null default 0,
    held_cost              numeric not null default 0,
    first_call             timestamptz,     -- null: only holds so far
    last_call              timestamptz,
    primary key (tenant_id, user_key, month)
) with (fillfactor = 50);

create table tenant_balance (
    tenant_id              text collate "C" not null,
    month                  date not null,
    users                  bigint not null,   -- distinct users with a call this month
    events                 bigint not null,
    used_calls             bigint not null,
    used_prompt_tokens     bigint not null,
    used_completion_tokens bigint not null,
    used_cost              numeric not null,
    unpriced_calls         bigint not null,
    held_calls             bigint not null default 0,
    held_tokens            bigint not null default 0,
    held_cost              numeric not null default 0,
    primary key (tenant_id, month)
) with (fillfactor = 50);

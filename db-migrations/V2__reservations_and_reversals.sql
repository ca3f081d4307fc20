-- Holds on a month's limits, and facts that undo facts.

-- A hold lives in the month of its grant. Its row goes from held to one of the ends and stays there.
create table reservation (
    tenant_id    text collate "C" not null,
    id           uuid not null,      -- UUIDv7
    user_key     bigint,             -- null: on the tenant's own limits only
    month        date not null,      -- of granted_at, in the tenant's zone
    state        text not null,
    held_calls   bigint not null,
    held_tokens  bigint not null,
    held_cost    numeric not null,   -- USD; 0 when no price was known and no cost limit asked for one
    granted_at   timestamptz not null,
    expires_at   timestamptz not null,   -- exclusive: at this instant it is expired
    ended_at     timestamptz,
    usage_id     uuid,               -- the fact that settled it
    key_hash     bytea,              -- SHA-256 of the Idempotency-Key; null: none was sent
    content_hash bytea,              -- versioned SHA-256 of what was asked for
    primary key (tenant_id, id),
    constraint state_is_known check (state in ('held', 'settled', 'released', 'expired')),
    constraint end_is_dated check ((state = 'held') = (ended_at is null)),
    constraint settled_by_a_fact check ((state = 'settled') = (usage_id is not null))
) with (fillfactor = 70);

create unique index one_reservation_per_key on reservation (tenant_id, key_hash) where key_hash is not null;
create index reservation_held on reservation (tenant_id, expires_at) where state = 'held';

-- Whether calls of a model without a known price may be reserved under a cost limit.
alter table tenant add column allow_unpriced boolean not null default false;

-- A reversal is a row that undoes another: calls -1 and negated sums, on the same day.
alter table user_api_usage add column reverses uuid, add column reversal_reason text;

-- Who may come in, and who did what.

-- A suspended tenant is refused at the door and keeps its data. A removed one is a name that is never given again: its rows
-- go, this one stays.
alter table tenant
    add column suspended_at timestamptz,   -- null: active
    add column exported_at timestamptz,    -- when the last whole export of this suspension was complete
    add column removed_at timestamptz,     -- offboarding has begun; there is no way back
    add constraint removed_when_suspended check (removed_at is null or suspended_at is not null);

-- A person who asked to be forgotten. What they used stays, under a key that leads to nobody.
alter table app_user add column erased_at timestamptz,
    add constraint erased_is_nobody check (
        erased_at is null or (user_id is null and username is null and email is null and tier is null and limits = '{}'));

-- A credential for a program. The secret is shown once and kept as a hash.
create table api_key (
    tenant_id    text collate "C" not null,
    id           uuid not null,              -- UUIDv7
    prefix       text collate "C" not null,  -- the part of the key that is no secret: it finds the row
    key_hash     bytea not null,             -- SHA-256 of the whole key, which holds 256 random bits
    name         text not null,
    roles        text[] not null,
    user_key     bigint,                     -- whom the key stands for; null: a backend
    created_at   timestamptz not null,
    created_by   bigint,                     -- user_key; null: a credential that stands for nobody
    created_with text not null,              -- the public name of the credential that made it: after a leak, what came of it
    expires_at   timestamptz,                -- exclusive; null: never
    revoked_at   timestamptz,
    replaced_by  uuid,                       -- the key it was rotated into
    last_used_at timestamptz,                -- to the minute
    primary key (tenant_id, id),
    constraint one_key_per_prefix unique (tenant_id, prefix),
    constraint roles_are_a_tenants check (cardinality(roles) > 0 and roles <@ array['service', 'member', 'admin']),
    constraint member_is_somebody check (user_key is not null or not 'member' = any (roles))
);

-- Rows are added and never changed. Tenant '*' holds what the platform did. People are named by user_key alone.
create table audit_log (
    tenant_id       text collate "C" not null,
    id              uuid not null,             -- UUIDv7
    at              timestamptz not null,
    actor           text not null,             -- the credential's public name
    actor_key       bigint,                    -- the person the credential stands for
    action          text not null,             -- such as tier.changed
    subject         text,                      -- what was acted on: never a person
    subject_key     bigint,                    -- who was acted on
    from_address    text,
    request_id      text,
    details         jsonb not null default '{}',
    primary key (tenant_id, id)
);

create index audit_log_of_action on audit_log (tenant_id, action, id);

-- Months whose rows are no longer kept.

-- What each tenant's rows of a sealed month came to, taken from the rows before they went. Rollups, balances and event keys stay.
create table sealed_month (
    tenant_id         text collate "C" not null,
    month             date not null,
    events            bigint not null,
    calls             bigint not null,
    prompt_tokens     bigint not null,
    completion_tokens bigint not null,
    input_cost        numeric not null,
    output_cost       numeric not null,
    unpriced_calls    bigint not null,
    sealed_at         timestamptz not null,
    primary key (tenant_id, month)
);

-- Which usage days take no more events, of any tenant: one row for each sealed partition. A seal is never broken.
create table usage_seal (
    sealed_from  date primary key,       -- inclusive; -infinity for the partition that the days before 2020 share
    sealed_until date not null,          -- exclusive
    sealed_at    timestamptz not null
);

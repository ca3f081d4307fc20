-- The dearest sessions of some days are looked for among those of each day, and among those of several days. Without an
-- index for the latter PostgreSQL, which cannot know how many cost more than what is asked for, reads the whole table.

create index rollup_session_of_several_days on rollup_session (tenant_id, (input_cost + output_cost) desc, session_id)
    where grain = 'ever' and first_day < last_day;

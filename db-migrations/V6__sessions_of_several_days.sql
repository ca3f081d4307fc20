-- The dearest sessions of some days are looked for among those of each day, and among those of several days. Of the latter
-- PostgreSQL cannot know how many there are, and read the whole table. Under row security only days and texts are looked up
-- in an index (their operators are leakproof, those of amounts are not), so it begins with the days and carries the amounts.

create index rollup_session_of_several_days
    on rollup_session (tenant_id, last_day, first_day, input_cost, output_cost, session_id)
    where grain = 'ever' and first_day < last_day;

-- The journal becomes a partition of itself (see the next file), which takes a proof that none of its
-- facts is later than a bound. Stated here without the proof, which takes no time; proved by the next
-- file while everybody goes on working. The bound lies a month ahead: facts are stated until then.

do $$
declare
    bound timestamptz;
begin
    select date_trunc('month', greatest(max(at), now()) at time zone 'UTC') at time zone 'UTC'
           + interval '2 months'
    into bound from journal;
    execute format('alter table journal add constraint journal_bound check (at < %L) not valid', bound);
end
$$;

-- All lines of a rhythm are looked at together, at ticks that follow from the clock alone. So their
-- next tick need not stand in each row: a row is written when something new was seen, and a line
-- that works for a week costs no writes.
create table activation_rhythm (
    every_minutes  integer     not null primary key check (every_minutes > 0),
    tick           timestamptz,                      -- the last one that is done
    looked_at      timestamptz,                      -- when that was
    under_way      timestamptz,                      -- the one of which a part is done
    done_until     text        collate "C" not null default '',
    not_before     timestamptz                       -- the test calls failed: not before this moment
);

-- A row has a tick of its own (next_due) when it was armed or left out; else it is in step.
alter table activation_watch alter column next_due drop not null;
alter table activation_watch add column in_step_since timestamptz;
insert into activation_rhythm (every_minutes) select distinct every_minutes from activation_watch;
drop index activation_watch_by_due;
create index activation_watch_by_due on activation_watch (next_due) where next_due is not null;
create index activation_watch_in_step
    on activation_watch (every_minutes, process_id) where next_due is null;
create index activation_watch_by_step
    on activation_watch (every_minutes, in_step_since) where next_due is null;

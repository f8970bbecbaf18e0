-- What the fixed hub told everybody: from when on a range of numbers is an operator's.
-- A range has at most 5,000 numbers, so that a number is found by looking that far back.

create table moved_range (
    first      text        collate "C" not null,
    last       text        collate "C" not null,
    nrn        text        collate "C" not null,
    operator   text        not null,
    since      timestamptz not null,
    reference  text        collate "C" not null,   -- the hub's process
    primary key (first, last, since)
);
create index moved_range_by_reference on moved_range (reference);

-- Requests of which we are the donor: the desk's queue by deadline, and what is known to the intake.

create table port_out (
    reference     text        collate "C" not null primary key,
    process_id    text        collate "C" not null unique,
    hub           text        not null,
    donor         text        not null,
    recipient     text        not null,
    numbers       text[]      collate "C" not null,
    state         text        not null,           -- as our own process has it
    is_open       boolean     not null default true,
    answer_until  timestamptz not null,
    window_opens  timestamptz not null,
    cause         text        not null default '',
    task          text        not null default '',  -- what somebody has to look at; empty: nothing
    changed_at    timestamptz not null
);
create index port_out_open on port_out (hub, answer_until) where is_open;
create index port_out_by_number on port_out using gin (numbers) where is_open;

-- Wishes to cease a number, and what holds them.
create table cease_wish (
    process_id  text        collate "C" not null primary key,
    number      text        collate "C" not null,
    asked_by    text        not null,
    why         text        not null,
    state       text        not null,
    is_open     boolean     not null default true,
    held_by     text        not null default '',
    changed_at  timestamptz not null
);
create index cease_wish_open on cease_wish (number) where is_open;

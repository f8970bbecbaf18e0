-- Which lines are looked at and when; and how far the network's events have been read.

create table activation_line (
    process_id  text collate "C" not null primary key,
    subject     text        not null,               -- number, or line id where there is none
    line        text        not null,
    order_key   text        not null,
    started_at  timestamptz not null,
    ended_at    timestamptz
);
create index activation_line_by_subject on activation_line (subject) where ended_at is null;
create index activation_line_by_order on activation_line (order_key);

create table activation_watch (
    process_id     text collate "C" not null primary key,
    subject        text        not null,
    every_minutes  integer     not null check (every_minutes > 0),
    armed_by       text        not null,            -- effect id: arming twice by the same is once
    next_due       timestamptz not null,
    last_seen      jsonb,                           -- null: the next look is told whatever it sees
    last_good_at   timestamptz
);
create index activation_watch_by_due on activation_watch (next_due);

create table activation_cursor (
    source    text   not null primary key,
    position  bigint not null
);

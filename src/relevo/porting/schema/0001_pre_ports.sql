-- Every request at a hub, by the names under which the outside speaks of it.

create table port (
    contract_code  text        collate "C" not null primary key,
    process_id     text        collate "C" not null unique,
    reference      text        collate "C" not null default '',
    number         text        collate "C" not null,
    hub            text        not null,
    donor          text        not null,
    recipient      text        not null,
    state          text        not null,           -- as our own process has it
    is_open        boolean     not null default true,
    window_opens   timestamptz,
    changed_at     timestamptz not null
);
create index port_by_reference on port (reference) where reference <> '';
create index port_by_number on port (number);
create index port_open on port (hub) where is_open;

-- How far each source of news was read. Written in the transaction that tells the processes.
create table intake_cursor (
    source  text not null primary key,
    place   text not null
);

-- News that belong to none of our processes: kept for the desk, never dropped.
create table stray_news (
    source       text        not null,
    notice_id    text        not null,
    said         text        not null,
    received_at  timestamptz not null,
    primary key (source, notice_id)
);

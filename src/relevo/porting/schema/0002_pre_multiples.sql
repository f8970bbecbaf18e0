-- Every request for several numbers, by the names under which the outside speaks of it.
create table multiple_port (
    contract_code  text        collate "C" not null primary key,
    process_id     text        collate "C" not null unique,
    reference      text        collate "C" not null default '',
    hub            text        not null,
    donor          text        not null,
    recipient      text        not null,
    state          text        not null,           -- as our own process has it
    is_open        boolean     not null default true,
    window_opens   timestamptz,
    changed_at     timestamptz not null
);
create index multiple_port_by_reference on multiple_port (reference) where reference <> '';
create index multiple_port_open on multiple_port (hub) where is_open;

-- Its numbers. What fell out of the request is not in it any more.
create table multiple_port_number (
    process_id  text     collate "C" not null,
    number      text     collate "C" not null,
    is_in       boolean  not null default true,
    primary key (process_id, number)
);
create index multiple_port_number_by_number on multiple_port_number (number);

-- A request with the numbers that are still in it.
create view multiple_port_seen as
select m.*,
       array(select number from multiple_port_number n
              where n.process_id = m.process_id and n.is_in
              order by number) as numbers
  from multiple_port m;

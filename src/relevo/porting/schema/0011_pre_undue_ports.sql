-- Ports that nobody owed: the desk's list, and what a request for the number is held against.

create table undue_port (
    process_id     text        collate "C" not null primary key,
    number         text        collate "C" not null,
    hub            text        not null,
    side           text        not null check (side in ('lost', 'gained')),
    us             text        not null,
    other          text        not null,
    why            text        not null,
    state          text        not null,
    is_open        boolean     not null default true,
    document_type  text        not null,  -- of the holder from before
    document       text        not null,
    blocked_until  timestamptz,           -- nobody ports it until then, but to whom it goes back
    task           text        not null default '',
    changed_at     timestamptz not null
);
create index undue_port_by_number on undue_port (number) where is_open;

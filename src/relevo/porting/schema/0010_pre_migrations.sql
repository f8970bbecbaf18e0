-- Migrations between hosts or companies, and their numbers: one row each, however many.

create table migration (
    process_id  text        collate "C" not null primary key,
    reference   text        collate "C" not null default '',
    operator    text        not null,
    scenario    text        not null,
    network_to  text        not null,
    state       text        not null,
    is_open     boolean     not null default true,
    ends_by     timestamptz,
    task        text        not null default '',
    changed_at  timestamptz not null
);
create index migration_by_reference on migration (reference) where reference <> '';

create table migration_number (
    process_id    text        collate "C" not null,
    number        text        collate "C" not null,
    network_from  text        not null,
    service_from  text        not null,
    service_to    text        not null,
    state         text        not null default 'waiting'
        check (state in ('waiting', 'asked', 'sent', 'confirmed', 'migrated', 'declined', 'left_out')),
    why           text        not null default '',
    changed_at    timestamptz not null,
    primary key (process_id, number)
);
create index migration_number_by_state on migration_number (process_id, state);
create unique index migration_number_once on migration_number (number)
 where state not in ('migrated', 'declined', 'left_out');

-- The lists that companies brought. The same content is the same list.
create table company_sheet (
    order_key        text        collate "C" not null primary key,
    digest           text        not null,
    name             text        not null,
    document_type    text        not null,
    document_number  text        not null,
    recipient        text        not null,
    rules            text        not null,
    numbers          integer     not null,
    left_out         integer     not null,           -- rows that were not good, and their groups
    imported_at      timestamptz not null,
    started_at       timestamptz,
    done_at          timestamptz
);

-- Every number of a list: what the company said of it, and what became of it.
create table company_number (
    order_key     text     collate "C" not null references company_sheet (order_key),
    place         integer  not null,                  -- the row of the list
    number        text     collate "C" not null,
    donor         text     not null,
    prepaid       boolean  not null,
    donor_iccid   text,
    new_iccid     text,
    depends_on    text     collate "C",
    decision      text     not null,                  -- port, keep or cease
    wish          date,
    batch         text     collate "C" not null default '',
    state         text     not null default 'imported',
    window_opens  timestamptz,
    cause         text     not null default '',
    who_acts      text     not null default '',
    changed_at    timestamptz not null,
    primary key (order_key, number)
);
create index company_number_by_batch on company_number (order_key, batch);

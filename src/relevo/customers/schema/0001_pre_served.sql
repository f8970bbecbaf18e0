-- What we serve: the donor's answer to a port request is read from here, at the moment of answering.

create table served_line (
    number           text        collate "C" not null primary key,
    operator         text        not null,           -- which of our brands serves it
    document_type    text        not null,
    document_number  text        collate "C" not null,
    holder_name      text        not null,
    is_prepaid       boolean     not null,
    iccid            text        collate "C",
    status           text        not null
        check (status in ('active', 'barred_lost', 'ceased', 'returned', 'gone')),
    ceased_at        timestamptz,
    is_own_range     boolean     not null,
    contact          text        collate "C",
    email            text        not null default '',
    language         text        not null,
    depends_on       text        collate "C",        -- the number on whose card it lives
    ends_along       text[]      not null default '{}',  -- services without a number that end with it
    changed_at       timestamptz not null,
    changed_by       text        collate "C" not null,   -- "load", or process id and version of the fact
    constraint who_is_ceased_has_a_moment check (status <> 'ceased' or ceased_at is not null)
);
create index served_line_by_principal on served_line (depends_on) where depends_on is not null;

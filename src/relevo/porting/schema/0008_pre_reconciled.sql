-- What each daily file of a hub made of our open requests (porting-es 3.10).
create table reconciled_file (
    hub           text        not null,
    name          text        collate "C" not null,
    published_at  timestamptz not null,
    read_at       timestamptz not null,
    rows          integer     not null,
    ours          integer     not null,   -- rows that name us as donor or recipient
    expected      integer     not null,   -- open requests of ours that it ought to list
    unreadable    integer     not null,
    primary key (hub, name)
);

-- Where the file and our processes differed when it was read; whether that is repaired is looked
-- up in the processes as they are now.
create table reconciled_difference (
    hub         text not null,
    name        text collate "C" not null,
    what        text not null,            -- behind | unknown | missing
    kind        text not null,            -- port_in | multiple | port_out
    process_id  text collate "C" not null,
    reference   text collate "C" not null,
    number      text not null,
    ours        text not null,            -- the state that we had
    theirs      text not null,            -- the state in the file
    primary key (hub, name, what, process_id, reference)
);

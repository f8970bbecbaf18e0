-- By what people look for things: one row for each word under which something can be found. It is
-- made from facts, and can be made again from the journal (relevo desk rebuild).

create table finding (
    term    text  collate "C" not null,            -- folded: no accents, small, no spaces
    kind    text  not null,                        -- tracking.finding.Kind
    family  text  collate "C" not null,
    place   text  collate "C" not null,            -- line, or process: where it leads
    shown   text  not null,                        -- as people write it
    primary key (term, kind, family, place)
);
create index finding_by_family on finding (family);

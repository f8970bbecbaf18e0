-- One cause that many customers feel. Of N troubles with a fault the desk reads one line.
create table desk_fault (
    fault         text        collate "C" not null primary key,
    kind          text        not null,             -- care.model.TroubleKind
    cause         text        not null,             -- as the troubles' detail says it; '' for any
    since         timestamptz not null,
    opened_at     timestamptz not null,
    opened_by     text        not null,
    is_confirmed  boolean     not null,
    texts         jsonb       not null,             -- language -> the words of all
    step          integer     not null,
    next_update   timestamptz,
    is_late       boolean     not null default false,  -- the last update came by itself
    ended_at      timestamptz
);
create index desk_fault_open on desk_fault (kind, cause) where ended_at is null;

-- Whom it concerns, and up to which step he was told.
create table desk_fault_member (
    fault   text     collate "C" not null,
    family  text     collate "C" not null,
    step    integer  not null,
    primary key (fault, family)
);
create index desk_fault_member_of on desk_fault_member (family);

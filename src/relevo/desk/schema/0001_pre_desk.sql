-- What is wrong with an order or a line and waits for a person. A row lives as long as the trouble.
create table desk_trouble (
    family      text        collate "C" not null,    -- the order
    kind        text        not null,                -- care.model.TroubleKind
    subject     text        collate "C" not null,    -- a line's id, a promise, or the order's key
    process_id  text        collate "C" not null,    -- whose fact made it known
    detail      text        not null,
    since       timestamptz not null,
    primary key (family, kind, subject)
);
create index desk_trouble_by_kind on desk_trouble (kind, since);

-- The day of each line that is on its way: until then its troubles have to be over.
create table desk_day (
    family  text        collate "C" not null,
    line    text        collate "C" not null,
    opens   timestamptz not null,
    primary key (family, line)
);

-- Who looks after a task of whichever queue. One person at a time.
create table desk_taken (
    task  text        collate "C" not null primary key,
    who   text        not null,
    at    timestamptz not null
);

-- What people did at the desk; never changed, never deleted.
create table desk_act (
    id      bigint      generated always as identity primary key,
    at      timestamptz not null,
    who     text        not null,
    verb    text        not null,
    task    text        collate "C" not null,
    reason  text        not null
);
create index desk_act_by_task on desk_act (task);

-- What went over the wire to and from a hub.
create table wire_exchange (
    id         bigint      generated always as identity primary key,
    at         timestamptz not null,
    hub        text        not null,
    operation  text        not null,
    key        text        collate "C" not null,     -- a reference, a contract code or a number
    took_ms    integer     not null,
    verdict    text        not null,
    sent       bytea       not null,
    received   bytea       not null
);
create index wire_exchange_by_key on wire_exchange (key, at) where key <> '';
create index wire_exchange_by_time on wire_exchange using brin (at);

-- Complaints and by when each is owed its answer. While we wait for its customer nobody has to act.
create table desk_complaint (
    complaint  text        collate "C" not null primary key,
    family     text        collate "C" not null,    -- the order
    state      text        not null,                -- open | near | overdue | waits | answered
    filed_at   timestamptz not null,
    due        timestamptz not null
);
create index desk_complaint_open on desk_complaint (due, complaint)
    where state in ('open', 'near', 'overdue');
create index desk_complaint_of on desk_complaint (family);

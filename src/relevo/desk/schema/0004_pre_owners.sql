-- Who of real staff owns cases, and under which name customers know him. Empty: cases keep the name
-- that the country's table gives them.
create table care_roster (
    staff      text     collate "C" not null primary key,  -- an account; brands come after the desk
    called     text     not null check (called <> ''),
    is_on      boolean  not null default true      -- off: gets no new cases; those he has stay his
);

-- Whose a case is, to whom it is offered, and whether its level was acknowledged.
alter table desk_case
    add column staff            text        collate "C" not null default '',
    add column offered_to       text        collate "C" not null default '',
    add column offered_by       text        not null default '',
    add column offer_note       text        not null default '',
    add column offered_until    timestamptz,
    add column acknowledged_by  text        not null default '';
create index desk_case_of on desk_case (staff, family) where is_open and staff <> '';
create index desk_case_offered on desk_case (offered_to, family) where offered_to <> '';
create index desk_case_by_key on desk_case (case_key);

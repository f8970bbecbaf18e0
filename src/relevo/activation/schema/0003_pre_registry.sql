-- What was asked of a registry of ours that has no memory of its own (an HLR), and what became of
-- it. A wish is written before the first change and closed after the last one was read back; what
-- is open was cut short, and whoever comes next finishes it. Wishes are also the log of a line.

create table activation_registry_wish (
    number    bigint generated always as identity primary key,  -- in the order of asking
    key       text        not null unique,                      -- asked twice by it is once
    subject   text        not null,
    state     text        not null check (state in ('reserved', 'active', 'absent')),
    iccid     text        not null default '',
    imsi      text        not null default '',
    cs        boolean     not null,                             -- calls and SMS
    ps        boolean     not null,                             -- data
    asked_at  timestamptz not null,
    tried_at  timestamptz not null,
    left_imsi text,            -- whose card the number was taken off for it, and what that could do
    left_cs   boolean,
    left_ps   boolean,
    outcome   text check (outcome in
                  ('reserved', 'provisioned', 'withdrawn', 'failed', 'superseded')),
    reason    text        not null default '',
    done_at   timestamptz,
    news      bigint      unique,  -- its place among the news; a superseded wish is none
    check ((outcome is null) = (done_at is null))
);
create index activation_registry_wish_by_subject on activation_registry_wish (subject, number);
create index activation_registry_wish_by_imsi on activation_registry_wish (imsi);
create index activation_registry_wish_open on activation_registry_wish (tried_at)
    where outcome is null;

-- One row a line: who changes the line holds it, and it names the last wish.
create table activation_registry_line (
    subject    text   not null primary key,
    last_wish  bigint not null
);

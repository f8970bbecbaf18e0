-- What the lists of the desk are read from: small rows, written with the facts they follow, so that
-- the next fifty of a million are fifty rows of an index. All of it can be made again from the
-- journal (relevo desk rebuild).

create table desk_promise (
    process_id  text        collate "C" not null primary key,
    family      text        collate "C" not null,
    what        text        not null,
    due         timestamptz not null,
    owner       text        not null,
    rests_on    text[]      not null,
    state       text        not null,              -- promises.promise.model.Phase
    moved       integer     not null default 0,
    made_at     timestamptz not null,
    settled_at  timestamptz                        -- kept, broken or released
);
create index desk_promise_open on desk_promise (due) where state in ('made', 'at_risk', 'broken');
create index desk_promise_at_risk on desk_promise (due) where state = 'at_risk';
create index desk_promise_by_family on desk_promise (family);
create index desk_promise_by_day on desk_promise (settled_at) where settled_at is not null;

create table desk_parcel (
    process_id     text        collate "C" not null primary key,
    family         text        collate "C" not null,
    line           text        collate "C" not null,
    number         text        collate "C" not null,
    iccid          text        collate "C" not null,
    tracking_code  text        collate "C" not null default '',
    postcode       text        not null,
    town           text        not null,
    seen_town      text        not null default '',  -- as the courier's last scan says
    state          text        not null,             -- tied, a scan, troubled, contested, in_hand …
    reason         text        not null default '',
    action         text        not null default '',
    expected_on    date,
    is_contested   boolean     not null default false,
    is_open        boolean     not null default true,
    changed_at     timestamptz not null
);
create index desk_parcel_open on desk_parcel (expected_on, process_id) where is_open;

create table desk_request (
    process_id    text        collate "C" not null primary key,
    family        text        collate "C" not null,
    line          text        collate "C" not null,
    number        text        collate "C" not null,
    hub           text        not null,
    donor         text        not null,
    state         text        not null,            -- drafted, asked, confirmed, rejected, over
    cause         text        not null default '', -- of a rejection, in our words
    reply_due     timestamptz,
    cancel_until  timestamptz,
    answered_at   timestamptz
);
create index desk_request_awaited on desk_request (reply_due) where state = 'asked';
create index desk_request_answered on desk_request (answered_at) where answered_at is not null;
create index desk_request_open on desk_request (state, donor) where state in ('drafted', 'asked', 'confirmed');

-- The stretches in which nobody could call a number; until is null while it is dead.
create table desk_outage (
    process_id  text        collate "C" not null,  -- of the claim
    family      text        collate "C" not null,
    line        text        collate "C" not null,
    number      text        collate "C" not null,
    dead_from   timestamptz not null,
    dead_until  timestamptz,
    primary key (process_id, dead_from)
);
create index desk_outage_now on desk_outage (dead_from) where dead_until is null;
create index desk_outage_ended on desk_outage (dead_until) where dead_until is not null;

create table desk_claim (
    process_id             text        collate "C" not null primary key,
    family                 text        collate "C" not null,
    line                   text        collate "C" not null,
    number                 text        collate "C" not null,
    monthly_fee_eur_cents  bigint      not null,
    average_3m_eur_cents   bigint      not null,
    rules                  text        not null,
    dead_minutes           bigint      not null default 0,
    found_eur_cents        bigint      not null default 0,
    credited_eur_cents     bigint      not null default 0,
    changed_at             timestamptz not null
);
create index desk_claim_owed on desk_claim (changed_at) where found_eur_cents > 0;

-- How high a case has climbed, and for whom it is now.
create table desk_case (
    family      text        collate "C" not null primary key,
    case_key    text        not null,
    owner       text        not null,
    level       integer     not null default 0,
    role        text        not null default '',
    why         text        not null,
    since       timestamptz not null,
    climbed_at  timestamptz,
    is_open     boolean     not null default true
);
create index desk_case_open on desk_case (since) where is_open;
create index desk_case_climbed on desk_case (level desc, climbed_at) where is_open and level > 0;

-- What a customer spends on us, as far as he told it in calls.
create table desk_effort (
    family   text    collate "C" not null,
    day      date    not null,
    channel  text    not null,
    minutes  integer not null,
    said     integer not null,
    primary key (family, day, channel)
);
create index desk_effort_by_day on desk_effort (day);

create index desk_trouble_by_age on desk_trouble (since);
create index desk_act_by_time on desk_act using brin (at);

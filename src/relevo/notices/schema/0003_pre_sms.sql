
-- What was handed to an SMS centre, segment by segment. A row is committed before the wire is
-- touched: a segment that was 'handed' and has no answer may have gone out, and goes out no second time.
create table notice_sms_segment (
    message_key   text        collate "C" not null,
    number        smallint    not null,               -- of the segment, from 1
    reference     integer     not null,               -- user_message_reference, 16 bits
    recipient     text        collate "C" not null,   -- digits
    state         text        not null,               -- open, handed, accepted, refused, delivered, undeliverable
    smsc_id       text        collate "C",            -- what the centre calls it
    reason        text        not null default '',
    handed_at     timestamptz not null,
    changed_at    timestamptz not null,
    asked_at      timestamptz,                        -- by query_sm
    told_at       timestamptz,                        -- what came of the message was told to its voice
    primary key (message_key, number)
);
create index notice_sms_segment_by_id on notice_sms_segment (smsc_id);
create index notice_sms_segment_untold on notice_sms_segment (state, handed_at) where told_at is null;
create sequence notice_sms_reference as integer maxvalue 65535 minvalue 0 cycle;

-- Receipts of which nobody knows the message yet: the answer to its submit is still under way, or lost.
create table notice_sms_receipt (
    id           bigint      generated always as identity primary key,
    smsc_id      text        collate "C" not null,
    recipient    text        collate "C" not null,
    reference    integer,
    came         text        not null,
    reason       text        not null,
    received_at  timestamptz not null
);
create index notice_sms_receipt_by_id on notice_sms_receipt (smsc_id);
create index notice_sms_receipt_by_recipient on notice_sms_receipt (recipient);

-- Messages that came in, by what they are: one that the centre delivers again is known by it. Once
-- the centre is proven to know that we have it, the same words are another message.
create table notice_sms_heard (
    digest           text        collate "C" not null,
    nth              integer     not null,
    session          text        not null,
    heard_at         timestamptz not null,
    is_acknowledged  boolean     not null default false,
    primary key (digest, nth)
);
create index notice_sms_heard_unproven on notice_sms_heard (session) where not is_acknowledged;

-- Parts of long messages whose rest is still to come.
create table notice_sms_part (
    sender     text        collate "C" not null,
    recipient  text        collate "C" not null,
    reference  integer     not null,
    total      smallint    not null,
    part       smallint    not null,
    said       text        not null,
    digest     text        collate "C" not null,
    nth        integer     not null,
    heard_at   timestamptz not null,
    primary key (sender, recipient, reference, total, part)
);

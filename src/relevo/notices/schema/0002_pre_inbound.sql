-- Whatever came in on any channel: once, and where it was filed. Written in the transaction that
-- tells the voice, and before the outside is told that we have it.
create table notice_inbound (
    source       text        collate "C" not null,  -- which wire: mail, smsc, mastodon, phone, chat
    external_id  text        collate "C" not null,  -- unique within the source
    channel      text        not null,
    sender       text        collate "C" not null,  -- as addresses are written in notice_sender
    thread       text        collate "C" not null default '',  -- the outside's own id of a conversation
    reference    text        collate "C" not null default '',  -- and of this message, to answer it
    order_key    text        collate "C",           -- none: it waits for a person, or needs nobody
    filed_by     text        not null,              -- notices.belonging.By
    received_at  timestamptz not null,
    primary key (source, external_id)
);
create index notice_inbound_by_thread on notice_inbound (source, thread) where thread <> '';
create index notice_inbound_by_order on notice_inbound (order_key, source, received_at)
    where reference <> '';

-- What helps to choose among several orders of one sender.
create table notice_order (
    order_key     text        collate "C" not null primary key,
    case_key      text        collate "C" not null default '',
    case_is_open  boolean     not null default false,
    closed_at     timestamptz
);
create index notice_order_by_case on notice_order (case_key) where case_key <> '';
create index notice_sender_by_order on notice_sender (order_key);

-- Why a message waits for a person, and which order its words name. What a machine wrote by itself
-- (an absence note, a bounce of nothing of ours) is kept and waits for nobody.
alter table notice_stray
    add column source       text        not null default 'inbox',
    add column thread       text        not null default '',
    add column subject      text        not null default '',
    add column why          text        not null default 'unknown_sender',
    add column guess        text        collate "C" not null default '',
    add column settled_at   timestamptz,
    add column settled_by   text        not null default '';
create index notice_stray_open on notice_stray (received_at, message_id) where settled_at is null;

-- Files that came with messages: those that the vault did not take, those of messages that wait
-- for a person, and mails as they came.
create table notice_attachment (
    message_id   text        collate "C" not null,
    nth          smallint    not null,
    name         text        not null,
    media_type   text        not null,   -- as its sender called it
    content      bytea       not null,
    why          text        not null,   -- why it lies here: original, stray, too_large, unknown_kind, ...
    received_at  timestamptz not null,
    primary key (message_id, nth)
);

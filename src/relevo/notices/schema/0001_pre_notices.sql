-- Whose address or number is it: an incoming message finds its order here.

create table notice_sender (
    address      text        collate "C" not null,  -- E.164 number, or e-mail address in small letters
    order_key    text        collate "C" not null,
    accepted_at  timestamptz not null,
    primary key (address, order_key)
);

-- How far the inbox was read. Written in the transaction that tells the voices.
create table notice_cursor (
    source  text    not null primary key,
    place   bigint  not null
);

-- Messages of unknown senders: kept for a person, never dropped.
create table notice_stray (
    message_id   text        collate "C" not null primary key,
    channel      text        not null,
    sender       text        not null,
    said         text        not null,
    sent_at      timestamptz not null,
    minutes      integer     not null,
    received_at  timestamptz not null
);

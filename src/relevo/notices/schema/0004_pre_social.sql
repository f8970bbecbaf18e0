-- How far each open network was read: the network's own word for a place, which may be no number.
create table notice_social_place (
    network  text not null primary key,  -- mastodon
    place    text not null
);

-- What was posted, part by part. A row is committed before the wire is touched: one without a
-- reference may have gone out, and is looked for before it is posted again.
create table notice_social_post (
    message_key  text        collate "C" not null,
    part         smallint    not null,               -- from 1
    network      text        not null,
    reference    text        collate "C" not null default '',  -- what the network calls it
    handed_at    timestamptz not null,
    primary key (message_key, part)
);
create index notice_social_post_by_reference on notice_social_post (network, reference)
    where reference <> '';

-- Whose account it is: proven by a code that only the order's own page shows.
create table notice_social_account (
    account    text        collate "C" not null,
    order_key  text        collate "C" not null,
    proven_at  timestamptz not null,
    primary key (account, order_key)
);
create index notice_social_account_by_order on notice_social_account (order_key);

-- Which of an order's codes counts; no row: the first. Those before were read by everybody.
create table notice_social_code (
    order_key  text     collate "C" not null primary key,
    nth        smallint not null
);

-- What the program itself has to say to an account, each thing once.
create table notice_social_note (
    account    text        collate "C" not null,
    kind       text        not null,               -- prove, proven, spoilt
    about      text        collate "C" not null default '',  -- the order, where it is about one
    network    text        not null,
    reference  text        collate "C" not null,   -- of his post, to answer it
    made_at    timestamptz not null,
    done_at    timestamptz,
    problem    text        not null default '',
    primary key (account, kind, about)
);
create index notice_social_note_due on notice_social_note (network, made_at) where done_at is null;

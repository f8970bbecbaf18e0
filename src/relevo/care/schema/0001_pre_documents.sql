-- What was handed in for an order, byte by byte as it came; its hash stands in the case (care.evidence).
-- Of the same bytes for the same order there is one row, however often they are sent.

create table care_document (
    order_key   text        collate "C" not null,
    sha256      text        collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
    name        text        not null,               -- as its sender called it
    media_type  text        not null,               -- by its first bytes, whatever the sender said
    content     bytea       not null,
    subject     text        not null,               -- a number, or the order's key
    handed_by   text        not null,
    handed_at   timestamptz not null,
    primary key (order_key, sha256)
);

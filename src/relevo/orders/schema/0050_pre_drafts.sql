-- Order forms that strangers have begun. The name of a row is a hash of the secret in the customer's
-- hands, and the content can be read with that secret only: a copy of this table says nothing.
create table order_draft (
    draft_hash  bytea        not null primary key,
    version     integer      not null default 1,     -- grows with each writing: two tabs do not mix
    content     bytea        not null,                -- AES-256-GCM; nonce first
    changed_at  timestamptz  not null,
    expires_at  timestamptz  not null,
    order_key   text         collate "C" not null default ''   -- what became of it
);
create index order_draft_by_expiry on order_draft (expires_at);

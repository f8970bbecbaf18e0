-- Orders that were asked for, by the key of who asked: the same key is the same order.
create table order_request (
    idempotency_key  text        collate "C" not null primary key,
    order_key        text        collate "C" not null,
    digest           text        not null,           -- of the content, to tell a repeat from a mix-up
    asked_at         timestamptz not null
);

-- The numbers of orders. A number moves in one live order at a time; the index makes it so.
create table order_number (
    order_key   text     collate "C" not null,
    line        text     collate "C" not null,
    number      text     collate "C" not null,
    is_moving   boolean  not null,
    is_live     boolean  not null default true,
    primary key (order_key, line)
);
create unique index order_number_moves_once on order_number (number) where is_moving and is_live;

-- Which process has which card; and how far couriers' and profile servers' events have been read.

create table sims_card (
    process_id  text collate "C" not null primary key,
    kind        text        not null,               -- sims.dispatch | sims.esim
    iccid       text collate "C" not null,
    number      text collate "C" not null,
    line        text        not null,
    order_key   text        not null,
    tied_at     timestamptz not null
);
create index sims_card_by_iccid on sims_card (iccid);
create index sims_card_by_order on sims_card (order_key);

create table sims_cursor (
    source    text   not null primary key,
    position  bigint not null
);

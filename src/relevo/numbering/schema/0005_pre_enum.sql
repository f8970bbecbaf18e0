-- What a DNS server was seen to answer for a number (ENUM): what stands here was asked for after it
-- was written there. What differs from number_route is still to be written.
create table routing_enum (
    number    text        collate "C" not null primary key,
    tail      text        collate "C" not null,  -- of the address, after the number
    seen_at   timestamptz not null
);

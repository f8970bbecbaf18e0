-- Calls, as a telephone system reports them or as an agent notes them: who, when, how long, which
-- way, by whom. What was said is in the conversation of the order (notices.customer_said).
create table notice_call (
    call_id              text        collate "C" not null primary key,  -- system:its own id, or desk:...
    brand                text        not null,              -- whose telephone rang
    direction            text        not null check (direction in ('in', 'out')),
    number               text        collate "C" not null,  -- the customer's; empty where he withholds it
    agent                text        not null default '',   -- as the telephone system calls him
    order_key            text        collate "C",           -- none: nobody we know
    began_at             timestamptz not null,
    ended_at             timestamptz,                       -- none: it goes on
    noted_by             text        not null default '',   -- the member of staff who wrote down what was said
    recording_id         text,
    recording_purpose    text,
    recording_preamble   text,                              -- version of what the caller was told first
    recording_keep_until date,
    -- A recording is personal data: without purpose, notice and end we do not know of it.
    check (num_nulls(recording_id, recording_purpose, recording_preamble, recording_keep_until) in (0, 4))
);
create index notice_call_by_order on notice_call (order_key, began_at desc);
create index notice_call_under_way on notice_call (brand, began_at desc) where ended_at is null;

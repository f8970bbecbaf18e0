-- Who has a case open, and who is writing an answer: a sign that fades by itself. Nothing rests on it,
-- so it need not survive a crash.
create unlogged table desk_presence (
    order_key   text        collate "C" not null,
    who         text        collate "C" not null,
    seen_at     timestamptz not null,
    writing_at  timestamptz,
    primary key (order_key, who)
);
create index desk_presence_by_age on desk_presence (seen_at);

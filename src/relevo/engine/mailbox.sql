-- name: tell
-- A message that was handled, or waits, or is parked, is not taken in again. Idle workers wake up
-- when the caller commits.
with put as (
    insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)
    select %(bucket)s::smallint, %(wave)s::integer, %(message_id)s::text, %(process_id)s::text,
           %(kind)s::text, %(name)s::text, %(body)s::text, %(at)s::timestamptz, true
    where not exists (select from handled where message_id = %(message_id)s::text)
      and not exists (select from parked where parked_id = %(message_id)s::text)
    on conflict (message_id) do nothing
    returning bucket
)
select pg_notify('relevo_mail', '') from put;

-- name: put_mail
insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)
select bucket, wave, message_id, process_id, kind, name, body, at, external
from unnest(%(bucket)b::smallint[], %(wave)b::integer[], %(message_id)b::text[],
            %(process_id)b::text[], %(kind)b::text[], %(name)b::text[], %(body)b::text[],
            %(at)b::timestamptz[], %(external)b::boolean[])
  with ordinality
  as given (bucket, wave, message_id, process_id, kind, name, body, at, external, place)
where not external
   or not exists (select from handled where handled.message_id = given.message_id)
order by place
on conflict (message_id) do nothing;

-- name: take_batch
-- The lowest wave that is due in these buckets, unless an effect of a lower wave is still to be
-- performed; the head of each bucket, in the order of the list of buckets.
with first as (
    select min(head.wave) as wave
    from unnest(%(buckets)b::smallint[]) as leased (bucket)
    cross join lateral (
        select wave from mailbox
        where mailbox.bucket = leased.bucket and not held and at <= %(now)s
        order by wave limit 1
    ) as head
), pending as (
    select min(head.wave) as wave
    from unnest(%(buckets)b::smallint[]) as leased (bucket)
    cross join lateral (
        select wave from outbox
        where %(in_order)s::boolean and outbox.bucket = leased.bucket and not held
          and due <= %(now)s
        order by wave limit 1
    ) as head
)
select taken.bucket, taken.wave, taken.seq, message_id, process_id, kind, name, body, at, external
from first
cross join unnest(%(buckets)b::smallint[]) as leased (bucket)
cross join lateral (
    select * from mailbox
    where mailbox.bucket = leased.bucket and mailbox.wave = first.wave and not held
      and at <= %(now)s
    order by seq limit %(most)s
) as taken
where first.wave <= coalesce((select wave from pending), first.wave)
limit %(most)s;

-- name: drop_mail
delete from mailbox
using unnest(%(bucket)b::smallint[], %(wave)b::integer[], %(seq)b::bigint[])
      as done (bucket, wave, seq)
where mailbox.bucket = done.bucket and mailbox.wave = done.wave and mailbox.seq = done.seq;

-- name: hold_mail
update mailbox set held = true where message_id = any(%(ids)b);

-- name: release_mail
update mailbox set held = false where process_id = any(%(ids)b) and held;

-- name: hold_effects
update outbox set held = true where process_id = any(%(ids)b);

-- name: release_effects
update outbox set held = false where process_id = any(%(ids)b) and held;

-- name: retry_parked_messages
with again as (
    delete from parked where parked_id = any(%(ids)b) and role = 'message' returning *
)
insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)
select bucket, 0, parked_id, process_id, kind, name, body, at, external
from again order by at, parked_id
on conflict (message_id) do nothing;

-- name: retry_parked_effects
with again as (
    delete from parked where parked_id = any(%(ids)b) and role = 'effect' returning *
)
insert into outbox (effect_id, bucket, wave, process_id, kind, name, body, at, due)
select parked_id, bucket, 0, process_id, kind, name, body, at, %(now)s
from again order by at, parked_id
on conflict (effect_id) do nothing;

-- name: retry_parked_facts
update parked set again = true where parked_id = any(%(ids)b) and role = 'fact';

-- name: retry_waiting_effects
-- What waits behind it in the same process need not wait any longer either.
update outbox
set due = %(now)s, attempts = 0
from (select process_id from outbox where effect_id = any(%(ids)b)) as same
where outbox.process_id = same.process_id;

-- name: skip_parked
delete from parked where parked_id = any(%(ids)b);

-- name: skip_waiting_effects
with gone as (
    delete from outbox where effect_id = any(%(ids)b) returning process_id
)
update outbox set due = %(now)s
from gone
where outbox.process_id = gone.process_id and outbox.effect_id <> all(%(ids)b);

-- name: next_due
select least(
    (select min(due) from timer where not fired),
    (select min(due) from outbox where not held),
    (select min(at) from mailbox where not held)
);

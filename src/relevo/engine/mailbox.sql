-- name: tell
-- A message that was handled, or waits, or is parked, is not taken in again. Idle workers wake up
-- when the caller commits.
with put as (
    insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external,
                         trace)
    select %(bucket)s::smallint, %(wave)s::integer, %(message_id)s::text, %(process_id)s::text,
           %(kind)s::text, %(name)s::text, %(body)s::text, %(at)s::timestamptz, true,
           %(trace)s::text
    where not exists (select from handled where message_id = %(message_id)s::text)
      and not exists (select from parked where parked_id = %(message_id)s::text)
    on conflict (message_id) do nothing
    returning bucket
)
select pg_notify('relevo_mail', '') from put;

-- name: put_mail
insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external, trace,
                     held)
select bucket, wave, message_id, process_id, kind, name, body, at, external, trace, %(held)s
from unnest(%(bucket)b::smallint[], %(wave)b::integer[], %(message_id)b::text[],
            %(process_id)b::text[], %(kind)b::text[], %(name)b::text[], %(body)b::text[],
            %(at)b::timestamptz[], %(external)b::boolean[], %(trace)b::text[])
  with ordinality
  as given (bucket, wave, message_id, process_id, kind, name, body, at, external, trace, place)
where not external
   -- "not exists" beside an "or" would read both tables whole, each time.
   or ((select 1 from handled where handled.message_id = given.message_id) is null
       and (select 1 from parked where parked.parked_id = given.message_id) is null)
order by place
on conflict (message_id) do nothing;

-- name: wake
select pg_notify('relevo_mail', '');

-- name: heads
-- What is due in each bucket: the lowest wave of its mail, whether a timer is, and the lowest wave
-- of its effects. Buckets with nothing due are left out.
select bucket, mail.wave, timer.due is not null, effect.wave
from unnest(%(buckets)b::smallint[]) as leased (bucket)
left join lateral (
    select wave from mailbox
    where mailbox.bucket = leased.bucket and not held and at <= %(now)s
    order by wave limit 1
) as mail on true
left join lateral (
    select due from timer
    where timer.bucket = leased.bucket and not fired and due <= %(now)s
    order by due limit 1
) as timer on true
left join lateral (
    select wave from outbox
    where %(in_order)s::boolean and outbox.bucket = leased.bucket and not held and due <= %(now)s
    order by wave limit 1
) as effect on true
where mail.wave is not null or timer.due is not null or effect.wave is not null;

-- name: take_mail
select seq, wave, mailbox.message_id, process_id, kind, name, body, mailbox.at, external, trace,
       handled.message_id is not null
from mailbox
left join handled on external and handled.message_id = mailbox.message_id
where mailbox.bucket = %(bucket)s and wave <= %(wave)s and not held and mailbox.at <= %(now)s
order by wave, seq
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
-- The head of the timers of each bucket: their index makes that 64 looks, however many are armed.
select least(
    (select min(head.due)
     from generate_series(0, 63) as each (bucket)
     cross join lateral (
         select due from timer
         where timer.bucket = each.bucket and not fired
         order by due limit 1
     ) as head),
    (select min(due) from outbox where not held),
    (select min(at) from mailbox where not held)
);

-- name: waiting
-- Buckets in which something waits to be tried again.
select distinct bucket from outbox
where bucket = any(%(buckets)b) and attempts > 0 and due > %(now)s;

-- name: postpone
-- Effects of one process leave in order: what waits behind a retry waits as long.
update outbox
set due = earlier.due
from (
    select process_id, min(seq) as seq, max(due) as due
    from outbox
    where bucket = %(bucket)s and due > %(now)s
    group by process_id
) as earlier
where outbox.bucket = %(bucket)s
  and outbox.process_id = earlier.process_id and outbox.seq > earlier.seq
  and outbox.due <= %(now)s and not outbox.held;

-- name: take
-- The lowest wave that is due; bucket after bucket, so that what comes of them is few transactions.
with first as (
    select min(head.wave) as wave
    from unnest(%(buckets)b::smallint[]) as leased (bucket)
    cross join lateral (
        select wave from outbox
        where outbox.bucket = leased.bucket and not held and due <= %(now)s
        order by wave limit 1
    ) as head
)
select effect_id, process_id, taken.bucket, kind, name, body, at, taken.wave, attempts, trace
from first
cross join unnest(%(buckets)b::smallint[]) as leased (bucket)
cross join lateral (
    select * from outbox
    where outbox.bucket = leased.bucket and outbox.wave = first.wave and not held
      and due <= %(now)s
    order by process_id, seq limit %(most)s
) as taken
limit %(most)s;

-- name: done
-- Those of a process that was paused meanwhile stay, and are performed once more when it goes on.
delete from outbox where effect_id = any(%(effect_id)b::text[]) and not held
returning effect_id;

-- name: renewed
-- What was given up before the same thing was asked for again, and done, waits for nobody.
delete from parked
using unnest(%(process_id)b::text[], %(name)b::text[], %(at)b::timestamptz[])
      as given (process_id, name, at)
where parked.process_id = given.process_id and parked.name = given.name
  and parked.role = 'effect' and parked.at <= given.at;

-- name: again
update outbox
set attempts = given.attempts, due = given.due, reason = given.reason, wave = 0
from unnest(%(effect_id)b::text[], %(attempts)b::integer[], %(due)b::timestamptz[],
            %(reason)b::text[]) as given (effect_id, attempts, due, reason)
where outbox.effect_id = given.effect_id and not held;

-- name: park
with gone as (
    delete from outbox
    using unnest(%(effect_id)b::text[], %(attempts)b::integer[], %(reason)b::text[])
          as given (effect_id, attempts, reason)
    where outbox.effect_id = given.effect_id and not held
    returning outbox.effect_id, bucket, process_id, kind, name, body, at, given.attempts,
              given.reason
), aside as (
    insert into parked (parked_id, bucket, role, process_id, kind, name, body, at, attempts, reason,
                        parked_at)
    select effect_id, bucket, 'effect', process_id, kind, name, body, at, attempts, reason, %(now)s
    from gone
    on conflict do nothing
)
select effect_id from gone;

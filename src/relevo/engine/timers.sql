-- name: fire
-- Armed numbers in the id tell one arming from the next; the row stays until the message is taken,
-- so that a timer which is moved in between does not go off early.
with due as (
    select process_id, name, bucket from timer
    where bucket = any(%(buckets)b) and not fired and due <= %(now)s
    order by due, process_id, name limit %(most)s
    for update skip locked
), going as (
    update timer set fired = true
    from due
    where timer.process_id = due.process_id and timer.name = due.name
      and timer.bucket = due.bucket
    returning timer.process_id, timer.name, timer.bucket, timer.kind, timer.due, timer.armed
)
insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)
select bucket, 0,
       'timer:' || process_id || ':' || name || ':'
           || to_char(due at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ':' || armed,
       process_id, kind, 'engine.timer_fired', json_build_object('name', name)::text,
       %(now)s, false
from going
order by due, process_id, name
on conflict (message_id) do nothing;

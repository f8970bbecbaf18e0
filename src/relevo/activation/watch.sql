-- name: arm
with rhythm as (
    insert into activation_rhythm (every_minutes) values (%(every_minutes)s)
        on conflict (every_minutes) do nothing
)
insert into activation_watch (process_id, subject, every_minutes, armed_by, next_due)
values (%(process_id)s, %(subject)s, %(every_minutes)s, %(armed_by)s, %(next_due)s)
on conflict (process_id) do update
   set subject = excluded.subject, every_minutes = excluded.every_minutes,
       armed_by = excluded.armed_by, next_due = excluded.next_due, last_seen = null,
       in_step_since = null
 where activation_watch.armed_by <> excluded.armed_by

-- name: disarm
delete from activation_watch where process_id = %(process_id)s

-- name: agenda
select rhythm.every_minutes, rhythm.tick, rhythm.looked_at, rhythm.under_way, rhythm.done_until,
       rhythm.not_before,
       (select in_step_since
          from activation_watch
         where next_due is null and every_minutes = rhythm.every_minutes
         order by in_step_since
         limit 1),
       (select min(next_due) from activation_watch where next_due is not null)
  from activation_rhythm rhythm
 order by rhythm.every_minutes

-- name: out_of_step
select process_id, subject, every_minutes, armed_by, next_due, last_seen, last_good_at
  from activation_watch
 where next_due <= %(now)s
 order by next_due, process_id
 limit %(most)s

-- name: in_step
select process_id, subject, last_seen::text
  from activation_watch
 where next_due is null and every_minutes = %(every_minutes)s and process_id > %(done_until)s
   and in_step_since < %(tick)s
 order by process_id
 limit %(most)s

-- name: in_step_whole
select process_id, subject, every_minutes, armed_by, %(tick)s::timestamptz, last_seen,
       last_good_at, in_step_since
  from activation_watch
 where process_id = any(%(processes)s) and next_due is null and in_step_since < %(tick)s
 order by process_id

-- name: looked
update activation_watch w
   set next_due = x.next_due, in_step_since = x.in_step_since,
       last_seen = x.last_seen, last_good_at = x.last_good_at
  from jsonb_to_recordset(%(looks)s::jsonb)
       as x (process_id text, armed_by text, was_due timestamptz, next_due timestamptz,
             in_step_since timestamptz, last_seen jsonb, last_good_at timestamptz)
 where w.process_id = x.process_id and w.armed_by = x.armed_by
   and w.next_due is not distinct from x.was_due

-- name: tick_done
update activation_rhythm
   set tick = %(tick)s, looked_at = %(looked_at)s, under_way = null, done_until = '',
       not_before = null
 where every_minutes = %(every_minutes)s and tick is not distinct from %(was)s

-- name: tick_under_way
update activation_rhythm
   set under_way = %(tick)s, done_until = %(done_until)s, not_before = null
 where every_minutes = %(every_minutes)s and tick is not distinct from %(was)s

-- name: postpone
with rhythms as (
    update activation_rhythm set not_before = %(until)s where every_minutes = any(%(rhythms)s)
)
update activation_watch set next_due = %(until)s where next_due <= %(now)s

-- name: lines_started
insert into activation_line (process_id, subject, line, order_key, started_at)
select * from unnest(%(process_ids)s::text[], %(subjects)s::text[], %(lines)s::text[],
                     %(orders)s::text[], %(starts)s::timestamptz[])
on conflict (process_id) do nothing

-- name: lines_ended
update activation_line l set ended_at = x.ended_at
  from unnest(%(process_ids)s::text[], %(ends)s::timestamptz[]) as x (process_id, ended_at)
 where l.process_id = x.process_id

-- name: processes_of
select subject, process_id from activation_line
 where subject = any(%(subjects)s) and ended_at is null
 order by subject, process_id

-- name: left
-- Whoever was served by a brand of ours and is not: who has the number the ledger says.
select served.number, custody.holder
  from served_line served
  join custody on custody.number = served.number and upper_inf(custody.during)
 where served.number = any(%(subjects)s) and served.status = 'gone'

-- name: lines_of_order
select process_id from activation_line where order_key = %(order)s order by process_id

-- name: position
select position from activation_cursor where source = %(source)s

-- name: advance
insert into activation_cursor (source, position) values (%(source)s, %(position)s)
on conflict (source) do update set position = excluded.position
 where activation_cursor.position = %(was)s

-- name: last_looks
-- A line in step has no moment of its own: it was looked at with all of its rhythm.
select line.line, w.every_minutes, w.last_seen, w.last_good_at,
       greatest(w.in_step_since,
                case when w.next_due is null and r.tick > w.in_step_since then r.looked_at end)
  from activation_line line
  join activation_watch w using (process_id)
  left join activation_rhythm r using (every_minutes)
 where line.order_key = %(order)s
 order by line.line

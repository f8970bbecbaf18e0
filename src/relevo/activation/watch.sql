-- name: arm
insert into activation_watch (process_id, subject, every_minutes, armed_by, next_due)
values (%(process_id)s, %(subject)s, %(every_minutes)s, %(armed_by)s, %(next_due)s)
on conflict (process_id) do update
   set subject = excluded.subject, every_minutes = excluded.every_minutes,
       armed_by = excluded.armed_by, next_due = excluded.next_due, last_seen = null
 where activation_watch.armed_by <> excluded.armed_by

-- name: disarm
delete from activation_watch where process_id = %(process_id)s

-- name: due
select process_id, subject, every_minutes, armed_by, next_due, last_seen, last_good_at
  from activation_watch
 where next_due <= %(now)s
 order by next_due, process_id
 limit %(most)s

-- name: next_due
select min(next_due) from activation_watch

-- name: looked
update activation_watch w
   set next_due = x.next_due, last_seen = x.last_seen, last_good_at = x.last_good_at
  from jsonb_to_recordset(%(looks)s::jsonb)
       as x (process_id text, armed_by text, was_due timestamptz, next_due timestamptz,
             last_seen jsonb, last_good_at timestamptz)
 where w.process_id = x.process_id and w.armed_by = x.armed_by and w.next_due = x.was_due

-- name: postpone
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

-- name: lines_of_order
select process_id from activation_line where order_key = %(order)s order by process_id

-- name: watched
select count(*), min(next_due) from activation_watch

-- name: position
select position from activation_cursor where source = %(source)s

-- name: advance
insert into activation_cursor (source, position) values (%(source)s, %(position)s)
on conflict (source) do update set position = excluded.position
 where activation_cursor.position = %(was)s

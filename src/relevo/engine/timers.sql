-- name: take_timers
-- The row stays until its message is handled, so that a timer which is moved in between does not go
-- off early.
select process_id, name, kind, due, armed
from timer
where bucket = %(bucket)s and not fired and due <= %(now)s
order by due, process_id, name
limit %(most)s;

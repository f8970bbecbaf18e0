-- name: report
insert into undue_port (process_id, number, hub, side, us, other, why, state, document_type,
                        document, changed_at)
values (%s, %s, %s, %s, %s, %s, %s, 'blank', %s, %s, %s)
    on conflict (process_id) do nothing

-- name: progress
update undue_port
   set state         = coalesce(%(state)s::text, state),
       is_open       = coalesce(%(is_open)s::boolean, is_open),
       blocked_until = case when %(unblocks)s then null
                            else coalesce(%(blocked_until)s::timestamptz, blocked_until) end,
       task          = coalesce(%(task)s::text, task),
       changed_at    = %(at)s
 where process_id = %(process_id)s

-- name: open
select process_id, number, hub, side, us, other, why, state, document_type, document,
       blocked_until, task, changed_at
  from undue_port
 where is_open
 order by (task = ''), changed_at, process_id

-- name: open_of
select process_id, number, hub, side, us, other, why, state, document_type, document,
       blocked_until, task, changed_at
  from undue_port
 where is_open and number = any(%s)
 order by changed_at, process_id

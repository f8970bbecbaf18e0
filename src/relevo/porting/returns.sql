-- name: open
insert into number_return (process_id, number, hub, operator, since, changed_at)
values (%s, %s, %s, %s, %s, %s)
    on conflict (process_id) do nothing

-- name: progress
update number_return
   set state        = coalesce(%(state)s::text, state),
       is_open      = coalesce(%(is_open)s::boolean, is_open),
       reference    = coalesce(%(reference)s::text, reference),
       window_opens = coalesce(%(window_opens)s::timestamptz, window_opens),
       task         = coalesce(%(task)s::text, task),
       changed_at   = %(at)s
 where process_id = %(process_id)s

-- name: queue
select process_id, number, hub, operator, state, is_open, reference, since, window_opens, task
  from number_return
 where is_open
 order by (task = ''), window_opens nulls last, number, process_id
 limit %s

-- name: of_number
select process_id, number, hub, operator, state, is_open, reference, since, window_opens, task
  from number_return
 where number = %s
 order by since desc, process_id

-- name: open_of
select process_id, number, hub, operator, state, is_open, reference, since, window_opens, task
  from number_return
 where is_open and number = any(%s)
 order by since, process_id

-- name: requests
select process_id from port where is_open and number = %(number)s
 union all
select process_id from port_out where is_open and numbers @> array[%(number)s::text]
   and state in ('asked', 'checking', 'answering', 'awaiting', 'confirmed')

-- name: receive
insert into port_out (reference, process_id, hub, donor, recipient, numbers, state, answer_until,
                      window_opens, changed_at)
select reference, process_id, hub, donor, recipient, string_to_array(numbers, ' '), 'asked',
       answer_until, window_opens, changed_at
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    as row (reference, process_id, hub, donor, recipient, numbers, answer_until, window_opens,
            changed_at)
    on conflict (reference) do nothing

-- name: progress
update port_out
   set state        = coalesce(now.state, port_out.state),
       is_open      = now.is_open,
       window_opens = coalesce(now.window_opens, port_out.window_opens),
       cause        = coalesce(now.cause, port_out.cause),
       task         = coalesce(now.task, port_out.task),
       changed_at   = now.changed_at
  from unnest(%s::text[], %s::text[], %s::boolean[], %s::timestamptz[], %s::text[], %s::text[],
              %s::timestamptz[])
    as now (process_id, state, is_open, window_opens, cause, task, changed_at)
 where port_out.process_id = now.process_id

-- name: known
select reference, process_id, state, is_open from port_out where reference = any(%s)

-- name: queue
select reference, process_id, hub, donor, recipient, numbers, state, answer_until, window_opens,
       cause, task
  from port_out
 where is_open
 order by (task = ''), case when state in ('asked', 'checking', 'answering') then answer_until
                            else window_opens end, reference
 limit %s

-- name: port_out
select reference, process_id, hub, donor, recipient, numbers, state, answer_until, window_opens,
       cause, task
  from port_out
 where reference = %s

-- name: open_for_number
select reference
  from port_out
 where is_open and state in ('asked', 'checking', 'answering', 'awaiting', 'confirmed')
   and numbers @> array[%s::text]
 order by reference

-- name: open_references
select reference, process_id, state
  from port_out
 where is_open and hub = %s

-- name: wish
insert into cease_wish (process_id, number, asked_by, why, state, changed_at)
values (%s, %s, %s, %s, %s, %s)
    on conflict (process_id) do nothing

-- name: wish_stands
update cease_wish
   set state = %s, is_open = %s, held_by = coalesce(%s, held_by), changed_at = %s
 where process_id = %s

-- name: wishes
select process_id, number, asked_by, why, state, held_by, changed_at
  from cease_wish
 where is_open
 order by changed_at, process_id

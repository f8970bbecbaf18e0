-- name: load
insert into migration_number (process_id, number, network_from, service_from, service_to, changed_at)
select %(process_id)s, number, network_from, service_from, service_to, %(at)s
  from unnest(%(number)s::text[], %(network_from)s::text[], %(service_from)s::text[],
              %(service_to)s::text[]) as row (number, network_from, service_from, service_to)
    on conflict do nothing

-- name: volume
select count(*) from migration_number where process_id = %s

-- name: next
select number.number, number.network_from, number.service_from, number.service_to,
       exists (select from port where port.is_open and port.number = number.number)
       or exists (select from port_out
                   where port_out.is_open and port_out.numbers @> array[number.number]
                     and port_out.state in ('asked', 'checking', 'answering', 'awaiting', 'confirmed'))
  from migration_number number
 where number.process_id = %s and number.state = 'waiting'
 order by number.number
 limit %s

-- name: counts
select state, count(*) from migration_number where process_id = %s group by state

-- name: numbers
select number, state, why from migration_number where process_id = %s and state = any(%s) order by number

-- name: states_of
select number, state from migration_number where process_id = %s and number = any(%s)

-- name: start
insert into migration (process_id, operator, scenario, network_to, state, changed_at)
values (%s, %s, %s, %s, 'opening', %s)
    on conflict (process_id) do nothing

-- name: progress
update migration
   set state      = coalesce(%(state)s::text, state),
       is_open    = coalesce(%(is_open)s::boolean, is_open),
       reference  = coalesce(%(reference)s::text, reference),
       ends_by    = coalesce(%(ends_by)s::timestamptz, ends_by),
       task       = coalesce(%(task)s::text, task),
       changed_at = %(at)s
 where process_id = %(process_id)s

-- name: put
update migration_number
   set state = %(state)s, why = %(why)s, changed_at = %(at)s
 where process_id = %(process_id)s and number = any(%(numbers)s)
returning number, service_from, service_to

-- name: release
update migration_number set state = 'waiting', changed_at = %s
 where process_id = %s and state in ('asked', 'declined')

-- name: open
select process_id, reference, operator, state, ends_by, task from migration
 where is_open order by (task = ''), ends_by nulls last, process_id

-- name: origins
select array_agg(distinct service_from order by service_from),
       array_agg(distinct network_from order by network_from)
  from migration_number where process_id = %s

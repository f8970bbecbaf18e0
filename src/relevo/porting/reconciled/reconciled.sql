-- name: expected
select 'port_in', process_id, reference, number, state, changed_at, recipient
  from port
 where is_open and hub = %(hub)s and (reference <> '' or state = 'sent')
 union all
select 'multiple', process_id, reference, '', state, changed_at, recipient
  from multiple_port
 where is_open and hub = %(hub)s and reference <> ''
 union all
select 'port_out', process_id, reference, coalesce(numbers[1], ''), state, changed_at, donor
  from port_out
 where is_open and hub = %(hub)s
   and state in ('asked', 'checking', 'answering', 'awaiting', 'confirmed')
 union all
select 'return', process_id, reference, number, state, changed_at, operator
  from number_return
 where is_open and hub = %(hub)s and reference <> ''
   and state in ('notified', 'held', 'cancelling')

-- name: known
select reference from port where reference = any(%(references)s)
 union all
select reference from multiple_port where reference = any(%(references)s)
 union all
select reference from port_out where reference = any(%(references)s)

-- name: keep_file
insert into reconciled_file
       (hub, name, published_at, read_at, rows, ours, expected, unreadable)
values (%s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (hub, name) do nothing

-- name: keep_differences
insert into reconciled_difference
       (hub, name, what, kind, process_id, reference, number, ours, theirs)
select %s, %s, *
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    on conflict do nothing

-- name: forget
delete from reconciled_difference d
 using reconciled_file f
 where f.hub = d.hub and f.name = d.name and f.published_at < %s

-- name: files
select hub, name, published_at, read_at, rows, ours, expected, unreadable
  from reconciled_file
 where (%(hub)s = '' or hub = %(hub)s) and (%(name)s = '' or name = %(name)s)
 order by published_at desc, name desc
 limit %(most)s

-- name: differences
select d.what, d.kind, d.process_id, d.reference, d.number, d.ours, d.theirs,
       case d.what
       when 'unknown' then exists (select 1 from port x where x.reference = d.reference)
                        or exists (select 1 from multiple_port x where x.reference = d.reference)
                        or exists (select 1 from port_out x where x.reference = d.reference)
       else coalesce(not coalesce(p.is_open, m.is_open, o.is_open, r.is_open)
                     or coalesce(p.state, m.state, o.state, r.state) <> d.ours, false)
       end
  from reconciled_difference d
  left join port p on p.process_id = d.process_id
  left join multiple_port m on m.process_id = d.process_id
  left join port_out o on o.process_id = d.process_id
  left join number_return r on r.process_id = d.process_id
 where d.hub = %s and d.name = %s
 order by d.what, d.reference, d.process_id

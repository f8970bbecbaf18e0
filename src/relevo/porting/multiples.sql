-- name: draft
insert into multiple_port
       (contract_code, process_id, hub, donor, recipient, state, window_opens, changed_at)
select *
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::timestamptz[], %s::timestamptz[])
    on conflict (contract_code) do nothing

-- name: draft_numbers
insert into multiple_port_number (process_id, number)
select * from unnest(%s::text[], %s::text[])
    on conflict (process_id, number) do nothing

-- name: numbers_fall_out
update multiple_port_number
   set is_in = false
  from unnest(%s::text[], %s::text[]) as out (process_id, number)
 where multiple_port_number.process_id = out.process_id
   and multiple_port_number.number = out.number

-- name: progress
-- Of a request that has ended nothing is left to be done at the hub: what was given up is moot.
with now as (
    select *
      from unnest(%s::text[], %s::text[], %s::boolean[], %s::text[], %s::text[], %s::timestamptz[],
                  %s::timestamptz[])
        as row (process_id, state, is_open, reference, donor, window_opens, changed_at)
), moot as (
    delete from parked
     using now
     where not now.is_open and parked.process_id = now.process_id and parked.role = 'effect'
)
update multiple_port
   set state        = coalesce(now.state, multiple_port.state),
       is_open      = now.is_open,
       reference    = coalesce(now.reference, multiple_port.reference),
       donor        = coalesce(now.donor, multiple_port.donor),
       window_opens = coalesce(now.window_opens, multiple_port.window_opens),
       changed_at   = now.changed_at
  from now
 where multiple_port.process_id = now.process_id

-- name: by_contract_code
select contract_code, process_id, reference, hub, donor, recipient, state, window_opens, numbers
  from multiple_port_seen
 where contract_code = any(%s)

-- name: by_reference
select contract_code, process_id, reference, hub, donor, recipient, state, window_opens, numbers
  from multiple_port_seen
 where reference = any(%s)

-- name: of_numbers
select contract_code, process_id, reference, hub, donor, recipient, state, window_opens, numbers
  from multiple_port_seen
 where process_id in (select process_id from multiple_port_number where number = any(%s))
 order by changed_at, contract_code

-- name: open_multiples
select contract_code, process_id, reference, hub, donor, recipient, state, window_opens, numbers
  from multiple_port_seen
 where is_open and hub = %s
 order by window_opens nulls first, contract_code

-- name: live_requests
select number, process_id
  from port
 where is_open and number = any(%(numbers)s)
 union all
select n.number, n.process_id
  from multiple_port_number n
  join multiple_port m on m.process_id = n.process_id
 where m.is_open and n.is_in and n.number = any(%(numbers)s)

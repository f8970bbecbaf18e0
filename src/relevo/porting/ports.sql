-- name: draft
insert into port (contract_code, process_id, number, hub, donor, recipient, state, window_opens, changed_at)
select *
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::timestamptz[], %s::timestamptz[])
    on conflict (contract_code) do nothing

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
update port
   set state        = coalesce(now.state, port.state),
       is_open      = now.is_open,
       reference    = coalesce(now.reference, port.reference),
       donor        = coalesce(now.donor, port.donor),
       window_opens = coalesce(now.window_opens, port.window_opens),
       changed_at   = now.changed_at
  from now
 where port.process_id = now.process_id

-- name: by_contract_code
select contract_code, process_id, reference, number, hub, donor, recipient, state, window_opens
  from port
 where contract_code = any(%s)

-- name: by_reference
select contract_code, process_id, reference, number, hub, donor, recipient, state, window_opens
  from port
 where reference = any(%s)

-- name: open_ports
select contract_code, process_id, reference, number, hub, donor, recipient, state, window_opens
  from port
 where is_open and hub = %s
 order by window_opens nulls first, contract_code

-- name: ports_of_number
select contract_code, process_id, reference, number, hub, donor, recipient, state, window_opens
  from port
 where number = %s
 order by changed_at, contract_code

-- name: place
select place from intake_cursor where source = %s

-- name: move_place
insert into intake_cursor (source, place) values (%s, %s)
    on conflict (source) do update set place = excluded.place

-- name: keep_stray
insert into stray_news (source, notice_id, said, received_at) values (%s, %s, %s, %s)
    on conflict (source, notice_id) do nothing

-- name: strays
select source, notice_id, said, received_at from stray_news order by received_at, notice_id

-- name: know_sender
insert into notice_sender (address, order_key, accepted_at)
select * from unnest(%s::text[], %s::text[], %s::timestamptz[])
    on conflict (address, order_key) do nothing

-- name: know_case
insert into notice_order (order_key, case_key, case_is_open)
select * from unnest(%s::text[], %s::text[], %s::boolean[])
    on conflict (order_key) do update
   set case_key = excluded.case_key, case_is_open = excluded.case_is_open
 where (notice_order.case_key, notice_order.case_is_open)
       is distinct from (excluded.case_key, excluded.case_is_open)

-- name: know_end
insert into notice_order (order_key, closed_at)
select * from unnest(%s::text[], %s::timestamptz[])
    on conflict (order_key) do update set closed_at = excluded.closed_at

-- name: orders_of_senders
select address, order_key, accepted_at, coalesce(case_key, ''), coalesce(case_is_open, false),
       closed_at is not null
  from notice_sender
  left join notice_order using (order_key)
 where address = any(%s)
 order by address, accepted_at desc, order_key

-- name: orders_of_threads
select distinct on (source, thread) source, thread, order_key
  from notice_inbound
  join unnest(%s::text[], %s::text[]) as asked (source, thread) using (source, thread)
 where thread <> '' and order_key is not null
 order by source, thread, received_at desc

-- name: orders_named
select order_key, order_key from notice_sender where order_key = any(%(keys)s)
 union
select case_key, order_key from notice_order where case_key <> '' and case_key = any(%(keys)s)

-- name: is_known_order
select 1 from notice_sender where order_key = %s limit 1

-- name: known_inbound
select source, external_id
  from notice_inbound
  join unnest(%s::text[], %s::text[]) as asked (source, external_id) using (source, external_id)

-- name: take_inbound
insert into notice_inbound
       (source, external_id, channel, sender, thread, reference, order_key, filed_by, received_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (source, external_id) do nothing

-- name: last_reference
select reference, thread
  from notice_inbound
 where order_key = %s and source = %s and reference <> ''
 order by received_at desc
 limit 1

-- name: keep_attachment
insert into notice_attachment (message_id, nth, name, media_type, content, why, received_at)
values (%s, %s, %s, %s, %s, %s, %s)
    on conflict (message_id, nth) do nothing

-- name: place
select place from notice_cursor where source = %s

-- name: move_place
insert into notice_cursor (source, place) values (%s, %s)
    on conflict (source) do update set place = greatest(notice_cursor.place, excluded.place)

-- name: keep_stray
insert into notice_stray
       (message_id, channel, sender, said, sent_at, minutes, received_at, source, thread, subject,
        why, guess, settled_at, settled_by)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (message_id) do nothing

-- name: settle_stray
update notice_stray set settled_at = %s, settled_by = %s
 where message_id = %s and settled_at is null
returning channel, said, sent_at, minutes

-- name: strays
select message_id, channel, sender, said, sent_at, minutes
  from notice_stray
 where settled_at is null
 order by received_at, message_id
 limit %s

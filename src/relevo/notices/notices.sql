-- name: know_sender
insert into notice_sender (address, order_key, accepted_at)
select * from unnest(%s::text[], %s::text[], %s::timestamptz[])
    on conflict (address, order_key) do nothing

-- name: orders_of_senders
select distinct on (address) address, order_key
  from notice_sender
 where address = any(%s)
 order by address, accepted_at desc, order_key

-- name: place
select place from notice_cursor where source = %s

-- name: move_place
insert into notice_cursor (source, place) values (%s, %s)
    on conflict (source) do update set place = greatest(notice_cursor.place, excluded.place)

-- name: keep_stray
insert into notice_stray (message_id, channel, sender, said, sent_at, minutes, received_at)
values (%s, %s, %s, %s, %s, %s, %s)
    on conflict (message_id) do nothing

-- name: strays
select message_id, channel, sender, said, sent_at, minutes
  from notice_stray
 order by received_at, message_id
 limit %s

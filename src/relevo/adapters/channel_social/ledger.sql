-- name: place
select place from notice_social_place where network = %s

-- name: move_place
insert into notice_social_place (network, place) values (%s, %s)
    on conflict (network) do update set place = excluded.place

-- name: posted
select reference, handed_at from notice_social_post where message_key = %s and part = %s

-- name: hand
insert into notice_social_post (message_key, part, network, handed_at) values (%s, %s, %s, %s)
    on conflict (message_key, part) do nothing

-- name: give_back
delete from notice_social_post where message_key = %s and part = %s and reference = ''

-- name: settle
update notice_social_post set reference = %s where message_key = %s and part = %s

-- name: key_of
select message_key from notice_social_post where network = %s and reference = %s limit 1

-- name: order_of_account
select order_key from notice_social_account where account = %s order by proven_at desc limit 1

-- name: account_of_order
select account from notice_social_account where order_key = %s order by proven_at desc limit 1

-- name: prove
insert into notice_social_account (account, order_key, proven_at) values (%s, %s, %s)
    on conflict (account, order_key) do nothing

-- name: code
select nth from notice_social_code where order_key = %s

-- name: spoil
insert into notice_social_code (order_key, nth) values (%s, %s)
    on conflict (order_key) do update set nth = greatest(notice_social_code.nth, excluded.nth)

-- name: last_of
select reference
  from notice_inbound
 where order_key = %s and source = %s and sender = %s and reference <> ''
 order by received_at desc
 limit 1

-- name: note
insert into notice_social_note (account, kind, about, network, reference, made_at)
values (%s, %s, %s, %s, %s, %s)
    on conflict (account, kind, about) do nothing

-- name: notes_due
select account, kind, about, reference
  from notice_social_note
 where network = %s and done_at is null
 order by made_at, account, kind
 limit 50

-- name: note_done
update notice_social_note set done_at = %s, problem = %s where account = %s and kind = %s and about = %s

-- name: named
select process.state -> 'customer' -> 'holder' -> 'name' ->> 'given',
       process.state -> 'customer' -> 'holder' -> 'name' ->> 'surname',
       coalesce(notice_order.case_key, '')
  from process left join notice_order on notice_order.order_key = process.process_id
 where process.process_id = %s and process.kind = 'orders.order'

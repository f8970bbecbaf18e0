-- name: request_of_key
select order_key, digest from order_request where idempotency_key = %(key)s

-- name: remember_request
insert into order_request (idempotency_key, order_key, digest, asked_at)
values (%(key)s, %(order_key)s, %(digest)s, %(asked_at)s)
on conflict (idempotency_key) do nothing

-- name: live_orders_of_numbers
select number, order_key
  from order_number
 where is_moving and is_live and number = any(%(numbers)s)
 order by number

-- name: add_number
insert into order_number (order_key, line, number, is_moving)
values (%(order_key)s, %(line)s, %(number)s, %(is_moving)s)

-- name: number_joins
update order_number set is_moving = true where order_key = %(order_key)s and line = %(line)s

-- name: order_ends
update order_number set is_live = false where order_key = %(order_key)s

-- name: orders_of_number
select order_key, line, is_moving, is_live
  from order_number
 where number = %(number)s
 order by is_live desc, order_key

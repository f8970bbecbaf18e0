-- name: generation
select generation from customer_link where order_key = %s

-- name: order_of_link
-- When it came to its end: nothing changes an order after that.
select coalesce(link.generation, 1),
       case when process.phase in ('closed', 'withdrawn') then process.changed_at end
  from process left join customer_link link on link.order_key = process.process_id
 where process.process_id = %s and process.kind = 'orders.order'

-- name: renew
insert into customer_link (order_key, generation, renewed_at) values (%(order)s, 2, %(at)s)
    on conflict (order_key) do update
   set generation = customer_link.generation + 1, renewed_at = excluded.renewed_at
returning generation

-- name: contact
select process.state -> 'customer' ->> 'contact', process.state -> 'customer' ->> 'email',
       process.state -> 'customer' ->> 'language', process.state ->> 'recipient',
       coalesce(brand.label, initcap(process.state ->> 'recipient'))
  from process left join brand on brand.name = process.state ->> 'recipient'
 where process.process_id = %s and process.kind = 'orders.order'

-- name: keep_code
insert into customer_code as known (order_key, salt, code_mac, asked_at, expires_at)
values (%(order)s, %(salt)s, %(mac)s, %(at)s, %(until)s)
    on conflict (order_key) do update
   set salt = excluded.salt, code_mac = excluded.code_mac, asked_at = excluded.asked_at,
       expires_at = excluded.expires_at, tries = 0, used_at = null

-- name: try_code
-- Counted before it is compared.
update customer_code set tries = tries + 1
 where order_key = %(order)s and used_at is null and expires_at > %(at)s and tries < %(tries)s
returning salt, code_mac

-- name: use_code
update customer_code set used_at = %s where order_key = %s and salt = %s and used_at is null

-- name: drop_code
delete from customer_code where order_key = %s and salt = %s

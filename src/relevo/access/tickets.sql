-- name: open_staff
insert into staff_session (ticket_sha256, staff, expires_at, idle_minutes, awaits_factor)
values (%(ticket)s, %(staff)s, clock_timestamp() + make_interval(mins => %(minutes)s), %(idle)s,
        %(awaits_factor)s)

-- name: open_customer
insert into customer_session (ticket_sha256, order_key, expires_at, idle_minutes)
values (%(ticket)s, %(order)s, clock_timestamp() + make_interval(mins => %(minutes)s), %(idle)s)

-- name: half_way
select s.staff
  from staff_session s join staff on staff.name = s.staff
 where s.ticket_sha256 = %s and s.awaits_factor and s.ended_at is null
   and s.expires_at > clock_timestamp() and staff.is_active

-- name: holder
select s.staff
  from staff_session s join staff on staff.name = s.staff
 where s.ticket_sha256 = %s and s.ended_at is null and s.expires_at > clock_timestamp()
   and (s.idle_minutes is null
        or s.seen_at > clock_timestamp() - make_interval(mins => s.idle_minutes))
   and staff.is_active

-- name: end
with customers as (
    update customer_session set ended_at = clock_timestamp()
     where ticket_sha256 = %(ticket)s and ended_at is null)
update staff_session set ended_at = clock_timestamp()
 where ticket_sha256 = %(ticket)s and ended_at is null

-- name: end_of_staff
update staff_session set ended_at = clock_timestamp()
 where staff = %s and ended_at is null and ticket_sha256 <> %s

-- name: end_of_order
update customer_session set ended_at = clock_timestamp()
 where order_key = %s and ended_at is null

-- name: touch
with customers as (
    update customer_session set seen_at = clock_timestamp()
     where ticket_sha256 = %(ticket)s and ended_at is null
       and seen_at < clock_timestamp() - interval '1 minute')
update staff_session set seen_at = clock_timestamp()
 where ticket_sha256 = %(ticket)s and ended_at is null
   and seen_at < clock_timestamp() - interval '1 minute'

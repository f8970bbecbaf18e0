-- name: owns
insert into brand_family (family, brand, part, since)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[])
    on conflict (family, brand) do nothing

-- name: shares
insert into brand_family (family, brand, part, since)
select row.family, row.brand, row.part, row.since
  from unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[])
    as row (family, brand, part, since)
  join brand on brand.name = row.brand
    on conflict (family, brand) do nothing

-- name: add_brand
insert into brand (name, label) values (%s, %s)
    on conflict (name) do update set label = excluded.label

-- name: brands
select brand.name, brand.label, count(staff.name) filter (where staff.is_active)
  from brand left join staff on staff.brand = brand.name
 group by 1, 2 order by 1

-- name: add_staff
insert into staff (name, brand) values (%s, %s) on conflict (name) do nothing returning name

-- name: add_role
insert into staff_role (staff, role) values (%s, %s) on conflict do nothing

-- name: drop_roles
delete from staff_role where staff = %s and role <> all(%s)

-- name: roles_of
select array(select role from staff_role where staff_role.staff = staff.name order by 1)
  from staff where name = %s and is_active

-- name: remove_staff
update staff set is_active = false where name = %s and is_active

-- name: end_sessions
update staff_session set ended_at = clock_timestamp() where staff = %s and ended_at is null

-- name: rights
select role, array_agg(staff_right order by staff_right) from role_right group by role order by role

-- name: note_act
insert into brand_act (who, verb, subject, reason) values (%s, %s, %s, %s)

-- name: grant
insert into role_right (role, staff_right) values (%s, %s) on conflict do nothing

-- name: revoke
delete from role_right where role = %s and staff_right = %s

-- name: open_session
select open_session(%s, %s)

-- name: enter
-- The role and the ticket at once: every page begins with it, and each way to the database counts.
select set_config('role', 'relevo_people', true), set_config('relevo.ticket', %s, true)

-- name: who_is_it
select (select staff_now()), (select brand_now()), array(select rights_now() order by 1),
       array(select roles_now() order by 1), (select order_now())

-- name: ask_look
select ask_look(%s, %s)

-- name: end_session
select end_session()

-- name: look
select id, at, staff, brand, subject, reason, outcome, until from brand_look where id = %s

-- name: looks
select id, at, staff, brand, subject, reason, outcome, until
  from brand_look order by id desc limit %s

-- name: families
select seen.family, seen.brand, seen.part, coalesce(process.kind, ''), coalesce(process.phase, '')
  from brand_family seen left join process on process.process_id = seen.family
 order by seen.since desc, seen.family limit %s

-- name: went_to_sister
select exists (
    select from port_out
      join custody on custody.number = %(number)s and upper_inf(custody.during)
                  and custody.holder = port_out.recipient
      join brand on brand.name = port_out.recipient
     where port_out.is_open and port_out.numbers @> array[%(number)s] and port_out.state = 'stopping'
)

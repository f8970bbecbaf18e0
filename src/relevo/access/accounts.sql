-- name: account
select account.password_hash
  from staff join staff_account account on account.staff = staff.name
 where staff.name = %s and staff.is_active

-- name: works_here
select brand.name, brand.label
  from staff join brand on brand.name = staff.brand where staff.name = %s and staff.is_active

-- name: set_password
insert into staff_account (staff, password_hash, changed_at) values (%s, %s, %s)
    on conflict (staff) do update
   set password_hash = excluded.password_hash, changed_at = excluded.changed_at

-- name: rehash
update staff_account set password_hash = %s where staff = %s and password_hash = %s

-- name: factor_demanded
select from staff_role join second_factor_role using (role) where staff_role.staff = %s limit 1

-- name: factor_confirmed
select from staff_second_factor where staff = %s and confirmed_at is not null

-- name: factor
select salt, confirmed_at from staff_second_factor where staff = %s

-- name: begin_factor
insert into staff_second_factor as known (staff, salt, begun_at) values (%s, %s, %s)
    on conflict (staff) do update
   set salt = excluded.salt, begun_at = excluded.begun_at
 where known.confirmed_at is null
returning salt

-- name: confirm_factor
update staff_second_factor set confirmed_at = %s where staff = %s

-- name: take_step
update staff_second_factor set last_step = %s where staff = %s and last_step < %s

-- name: reset_factor
delete from staff_second_factor where staff = %s

-- name: keep_recovery
insert into staff_recovery_code (staff, code_mac, made_at) values (%s, %s, %s)

-- name: take_recovery
update staff_recovery_code set used_at = %s
 where staff = %s and code_mac = %s and used_at is null

-- name: recovery_left
select count(*) from staff_recovery_code where staff = %s and used_at is null

-- name: forget_recovery
delete from staff_recovery_code where staff = %s

-- name: people
select staff.name, staff.brand, staff.is_active,
       array(select role from staff_role where staff_role.staff = staff.name order by 1),
       account.staff is not null, factor.confirmed_at is not null,
       exists (select from staff_role join second_factor_role using (role)
                where staff_role.staff = staff.name)
  from staff
  left join staff_account account on account.staff = staff.name
  left join staff_second_factor factor on factor.staff = staff.name
 order by 1

-- name: next_owner
-- Nobody when the owner it has still works here and is of the roster: reopening changes no owner.
select roster.staff, roster.called
  from care_roster roster
  join staff on staff.name = roster.staff and staff.is_active
 where roster.is_on
   and staff.brand in (select brand from brand_family where family = %(order)s and part = 'recipient')
   and not exists (select from care_roster kept
                     join staff still on still.name = kept.staff and still.is_active
                    where kept.staff = %(staff)s)
 order by (select count(*) from desk_case where desk_case.staff = roster.staff and is_open), roster.staff
 limit 1

-- name: put
insert into care_roster (staff, called, is_on) values (%(staff)s, %(called)s, %(is_on)s)
    on conflict (staff) do update set called = excluded.called, is_on = excluded.is_on

-- name: called
select called from care_roster where staff = %(staff)s

-- name: owned_by
select family, case_key, owner, staff, why, level, since, offered_to, offered_by, offer_note, offered_until
  from desk_case
 where is_open and staff = %(staff)s and staff <> ''
 order by level desc, since, family
 limit %(most)s

-- name: offered_to
select family, case_key, owner, staff, why, level, since, offered_to, offered_by, offer_note, offered_until
  from desk_case
 where offered_to = %(staff)s and offered_to <> ''
 order by since, family
 limit %(most)s

-- name: of_key
select family from desk_case where case_key = %(case_key)s order by family

-- name: roster
select staff, called, is_on,
       (select count(*) from desk_case where desk_case.staff = care_roster.staff and is_open)
  from care_roster
 order by called, staff
 limit 200

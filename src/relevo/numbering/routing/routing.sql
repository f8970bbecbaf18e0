-- name: forget_operators
delete from routing_operator

-- name: forget_ranges
delete from routing_range

-- name: write_operators
insert into routing_operator (operator, prefix, routing_number, is_us)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::boolean[])

-- name: write_ranges
insert into routing_range (prefix, operator) select * from unnest(%s::text[], %s::text[])

-- name: last_file
select kind, sequence from routing_file for update

-- name: lock_file
lock table routing_file in share row exclusive mode

-- name: staged
create temporary table routing_staged (number text collate "C", routing_number text collate "C")
    on commit drop

-- name: stage
copy routing_staged (number, routing_number) from stdin

-- name: analyse
analyze routing_staged

-- name: with_two_routes
select number from routing_staged
 group by number having count(distinct routing_number) > 1
 order by number limit 1

-- name: drop_missing
delete from routing_ported old
 where not exists (select from routing_staged new where new.number = old.number)

-- name: drop_returned
delete from routing_ported old using routing_staged new
 where new.number = old.number and new.routing_number = ''

-- name: write_ported
insert into routing_ported as old (number, routing_number)
select distinct number, routing_number from routing_staged where routing_number <> ''
    on conflict (number) do update set routing_number = excluded.routing_number
 where old.routing_number <> excluded.routing_number

-- name: unstage
drop table routing_staged

-- name: note_file
insert into routing_file (kind, sequence, taken_at) values (%s, %s, %s)
    on conflict (only_one) do update
   set kind = excluded.kind, sequence = excluded.sequence, taken_at = excluded.taken_at

-- name: route_of
select status, routing_number from number_route(%s)

-- name: open_to
grant execute on function number_route(text) to {role}

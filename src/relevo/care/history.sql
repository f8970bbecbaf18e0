-- name: begins
insert into care_stage (family, key, stage, began, bound)
values (%(family)s, %(key)s, %(stage)s, %(at)s, %(bound)s)
    on conflict (family, key, stage) do update set began = excluded.began, bound = excluded.bound

-- name: bounded
update care_stage set bound = %(bound)s where family = %(family)s and key = %(key)s and stage = %(stage)s

-- name: ends
delete from care_stage
 where family = %(family)s and key = %(key)s and stage = %(stage)s
returning began

-- name: took
insert into care_stage_span (stage, began_on, minutes, ended)
values (%(stage)s, %(began_on)s, %(minutes)s, 1)
    on conflict (stage, began_on, minutes) do update set ended = care_stage_span.ended + 1

-- name: under_way
select stage, key, began, bound from care_stage where family = %(family)s order by began, key, stage

-- name: lengths
select began_on, minutes, ended from care_stage_span
 where stage = %(stage)s and began_on >= %(since)s

-- name: put
insert into moved_range (first, last, nrn, operator, since, reference)
select *
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
    on conflict (first, last, since) do update
   set nrn = excluded.nrn, operator = excluded.operator, reference = excluded.reference

-- name: undo
delete from moved_range where reference = any(%s)

-- name: of_number
select first, last, nrn, operator, since, reference
  from moved_range
 where first between %s and %s and last >= %s and length(last) = length(%s) and since <= %s
 order by since desc, reference desc
 limit 1

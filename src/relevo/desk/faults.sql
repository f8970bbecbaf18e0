-- name: opened
insert into desk_fault (fault, kind, cause, since, opened_at, opened_by, is_confirmed, texts, step, next_update,
                        brand)
values (%(fault)s, %(kind)s, %(cause)s, %(since)s, %(at)s, %(by)s, %(is_confirmed)s, %(texts)s, 1, %(next_update)s,
        %(brand)s)
    on conflict (fault) do nothing

-- name: goes_on
update desk_fault
   set texts = coalesce(%(texts)s, texts), step = %(step)s, next_update = %(next_update)s,
       is_confirmed = coalesce(%(is_confirmed)s, is_confirmed), is_late = %(is_late)s,
       ended_at = %(ended_at)s
 where fault = %(fault)s

-- name: to_tell
-- Who has this trouble and has not heard this step; of what is over, whoever heard that it began.
-- Never another brand's customers: to them their own brand speaks.
select family
  from (select distinct family from desk_trouble
         where not %(is_over)s and kind = %(kind)s and (%(cause)s = '' or detail = %(cause)s)
           and since >= %(since)s
        union
        select family from desk_fault_member where %(is_over)s and fault = %(fault)s) as concerned
 where not exists (select from desk_fault_member told
                    where told.fault = %(fault)s and told.family = concerned.family
                      and told.step >= %(step)s)
   and (%(brand)s = ''
        or not exists (select from brand_family other
                        where other.family = concerned.family and other.part = 'recipient'
                          and other.brand <> %(brand)s))
 order by family
 limit %(most)s

-- name: told
insert into desk_fault_member (fault, family, step)
select %(fault)s, family, %(step)s from unnest(%(families)s::text[]) as told (family)
    on conflict (fault, family) do update set step = greatest(desk_fault_member.step, excluded.step)

-- name: open
select fault, kind, cause, since, opened_at, opened_by, is_confirmed, texts, step, next_update, is_late, ended_at,
       (select count(*) from (select from desk_fault_member told where told.fault = desk_fault.fault
                               limit %(most)s) as counted)
  from desk_fault
 where ended_at is null or ended_at > %(since)s
 order by ended_at nulls first, opened_at desc
 limit 50

-- name: proposed
-- Many orders with one kind of trouble of one cause, begun within a span, and no fault that says so.
select kind, detail, count(distinct family), min(since)
  from (select family, kind, detail, since from desk_trouble
         where since >= %(since)s and kind = any(%(kinds)s)
         order by since desc limit %(most)s) as lately
 where not exists (select from desk_fault  -- behind the wall: one of this brand
                    where ended_at is null and desk_fault.kind = lately.kind
                      and desk_fault.cause in ('', lately.detail) and lately.since >= desk_fault.since)
 group by kind, detail
having count(distinct family) >= %(least)s
 order by count(distinct family) desc
 limit 20

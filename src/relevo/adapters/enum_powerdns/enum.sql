-- name: to_write
with wanted as (
    select number,
           case route.status
                when 'in' then ';npdi@' || %(switch)s || ';user=phone'
                when 'out' then ';npdi' || case when route.routing_number = '' then ''
                     else ';rn=' || route.routing_number || ';rn-context=' || %(country)s end
                     || '@' || %(interconnect)s || ';user=phone'
           end as tail
      from (select number from custody where upper_inf(during) and starts_with(number, %(country)s)
            union
            select number from routing_ported
             where %(with_ported)s and starts_with(number, %(country)s)) as numbers
     cross join lateral number_route(number) as route
)
select number, coalesce(wanted.tail, '')
  from wanted
  full join (select number, tail from routing_enum
              where starts_with(number, %(country)s)) as seen using (number)
 where wanted.tail is distinct from seen.tail
 order by number
 limit %(most)s

-- name: seen
insert into routing_enum (number, tail, seen_at)
select number, tail, %s from unnest(%s::text[], %s::text[]) as new (number, tail)
    on conflict (number) do update set tail = excluded.tail, seen_at = excluded.seen_at

-- name: forget
delete from routing_enum where number = any(%s)

-- name: all
select number, tail from routing_enum where starts_with(number, %s) order by number

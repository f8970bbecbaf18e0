-- name: note
insert into access_trace (at, who, brand, verb, family, subject, page, reason)
select %(at)s, %(who)s,
       coalesce(nullif(%(brand)s, ''), (select brand from staff where name = %(who)s), ''),
       %(verb)s, each, %(subject)s, %(page)s, %(reason)s
  from unnest(%(families)s::text[]) as each

-- name: of_family
select at, who, brand, verb, family, subject, page, reason
  from access_trace where family = %s order by at desc, id desc limit %s

-- name: of_all
select at, who, brand, verb, family, subject, page, reason
  from access_trace
 where (%(who)s = '' or who = %(who)s) and (%(family)s = '' or family = %(family)s)
   and at >= %(since)s
 order by id desc limit %(limit)s

-- name: times_opened
select times_opened(%s)

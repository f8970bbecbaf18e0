-- name: traces
select at, who, verb, family, subject, reason, page
  from access_trace
 where (%(who)s = '' or who = %(who)s) and (%(family)s = '' or family = %(family)s)
   and (%(verb)s = '' or verb = %(verb)s) and at >= %(since)s
 order by at desc, id desc limit %(most)s

-- name: looks_across
select at, staff, outcome, subject, brand, reason, ''
  from brand_look
 where (%(who)s = '' or staff = %(who)s) and (%(family)s = '' or subject = %(family)s)
   and at >= %(since)s
 order by at desc, id desc limit %(most)s

-- name: acts
select at, who, verb, split_part(split_part(task, ':', 2), '/', 1), task, reason, ''
  from desk_act
 where (%(who)s = '' or who = %(who)s)
   and (%(family)s = '' or split_part(split_part(task, ':', 2), '/', 1) = %(family)s)
   and (%(verb)s = '' or verb = %(verb)s) and at >= %(since)s
 order by at desc, id desc limit %(most)s

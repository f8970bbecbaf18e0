-- name: add
insert into finding (term, kind, family, place, shown)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    on conflict (term, kind, family, place) do update set shown = excluded.shown

-- name: found
-- What begins with a term: a range of the key, read from its start and no further than the limit.
select term, kind, family, place, shown
  from finding
 where term >= %(from)s and term < %(until)s and kind = any(%(kinds)s)
 order by term, kind, family, place
 limit %(most)s

-- name: exactly
select term, kind, family, place, shown
  from finding
 where term = any(%(terms)s) and kind = any(%(kinds)s)
 order by term, kind, family, place
 limit %(most)s

-- name: about
-- What the order of a hit is called and how it does, in one look-up each.
select family, kind, phase
  from unnest(%s::text[]) as wanted (family)
  join process on process.process_id = wanted.family

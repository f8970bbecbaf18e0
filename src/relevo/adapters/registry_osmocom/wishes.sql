-- name: ask
-- Asked again by the same key: nothing happens.
with given as (
    select * from unnest(%(keys)s::text[], %(subjects)s::text[], %(states)s::text[],
                         %(iccids)s::text[], %(imsis)s::text[], %(cs)s::boolean[],
                         %(ps)s::boolean[])
             with ordinality as x (key, subject, state, iccid, imsi, cs, ps, nth)
),
made as (
    insert into activation_registry_wish
           (key, subject, state, iccid, imsi, cs, ps, asked_at, tried_at)
    select key, subject, state, iccid, imsi, cs, ps, %(at)s, %(at)s from given order by nth
    on conflict (key) do nothing
    returning number, subject
)
insert into activation_registry_line (subject, last_wish)
select subject, max(number) from made group by subject order by subject
on conflict (subject) do update
   set last_wish = greatest(activation_registry_line.last_wish, excluded.last_wish)

-- name: hold
-- The lines of these wishes are ours until the transaction ends.
select subject, last_wish from activation_registry_line
 where subject = any(%(subjects)s)
 order by subject
   for update

-- name: open_wishes
select w.number, w.key, w.subject, w.state, w.iccid, w.imsi, w.cs, w.ps,
       l.imsi, l.cs, l.ps
  from activation_registry_wish w
  left join lateral (
       select e.left_imsi as imsi, e.left_cs as cs, e.left_ps as ps
         from activation_registry_wish e
        where e.subject = w.subject and e.outcome is null and e.left_imsi is not null
        order by e.number desc limit 1) l on true
 where w.number = any(%(numbers)s) and w.outcome is null
 order by w.number

-- name: supersede
update activation_registry_wish w
   set outcome = 'superseded', done_at = %(at)s
  from activation_registry_line l
 where l.subject = any(%(subjects)s) and w.subject = l.subject and w.number < l.last_wish
   and w.outcome is null

-- name: note_left
update activation_registry_wish w
   set left_imsi = x.imsi, left_cs = x.cs, left_ps = x.ps
  from unnest(%(numbers)s::bigint[], %(imsis)s::text[], %(cs)s::boolean[], %(ps)s::boolean[])
       as x (number, imsi, cs, ps)
 where w.number = x.number

-- name: take_turn
-- News get their numbers one transaction after the other: a reader never misses a lower one.
select pg_advisory_xact_lock(hashtextextended('activation_registry_news', 0))

-- name: conclude
with was as (select coalesce(max(news), 0) as last from activation_registry_wish)
update activation_registry_wish w
   set outcome = x.outcome, reason = x.reason, done_at = %(at)s, news = was.last + x.nth
  from was,
       unnest(%(numbers)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[])
       with ordinality as x (number, outcome, reason, nth)
 where w.number = x.number and w.outcome is null

-- name: news
select news, subject, outcome, done_at, reason
  from activation_registry_wish
 where news > %(after)s
 order by news
 limit %(most)s

-- name: undone
-- What was cut short: nobody has tried it for a while.
update activation_registry_wish
   set tried_at = %(at)s
 where number in (select number from activation_registry_wish
                   where outcome is null and tried_at <= %(before)s
                   order by tried_at limit %(most)s
                     for update skip locked)
returning subject

-- name: log
select state, done_at, iccid, imsi, cs, ps
  from activation_registry_wish
 where subject = %(subject)s and outcome in ('reserved', 'provisioned', 'withdrawn')
 order by news

-- name: card_of
select iccid from activation_registry_wish
 where imsi = %(imsi)s and iccid <> '' order by number desc limit 1

-- name: books
select w.number, w.key, w.subject, w.state, w.iccid, w.imsi, w.cs, w.ps,
       null::text, null::boolean, null::boolean
  from activation_registry_line l
  join activation_registry_wish w on w.number = l.last_wish
 where w.outcome in ('reserved', 'provisioned', 'withdrawn')
 order by w.subject

-- name: lines
select subject from activation_registry_line

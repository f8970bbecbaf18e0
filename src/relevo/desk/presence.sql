-- name: here
insert into desk_presence (order_key, who, seen_at, writing_at)
values (%(order)s, %(who)s, %(at)s, case when %(writes)s then %(at)s::timestamptz end)
    on conflict (order_key, who) do update
   set seen_at = excluded.seen_at, writing_at = coalesce(excluded.writing_at, desk_presence.writing_at)

-- name: faded
delete from desk_presence where seen_at < %(before)s

-- name: wrote
update desk_presence set writing_at = null where order_key = %(order)s and who = %(who)s

-- name: others
select who, coalesce(writing_at > %(since)s, false)
  from desk_presence
 where order_key = %(order)s and who <> %(who)s and seen_at > %(since)s
 order by who

-- name: seen
-- Whether its reader sees the order at all: behind the wall, what is not his is not there.
select from process where process_id = %(order)s

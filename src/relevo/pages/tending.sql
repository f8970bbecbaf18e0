-- name: takers
select task, who from desk_taken where task = any(%(tasks)s)

-- name: colleagues
select name from staff where name <> %(but)s order by name limit 200

-- name: watch_of
select every_minutes, last_seen, last_good_at from activation_watch where process_id = %(process_id)s

-- name: take_a_try
-- One statement: however many ask at once, each granted try is counted before it is made.
insert into guess_count as known (scope, subject_sha256, tries, last_at, free_at)
values (%(scope)s, %(subject)s, 1, %(at)s, %(at)s + %(pauses)s[1])
    on conflict (scope, subject_sha256) do update
   set tries = case when known.last_at < %(forgotten)s then 1 else known.tries + 1 end,
       last_at = %(at)s,
       free_at = %(at)s + (%(pauses)s)[least(
           case when known.last_at < %(forgotten)s then 1 else known.tries + 1 end,
           cardinality(%(pauses)s))]
 where known.free_at <= %(at)s
returning tries

-- name: free_at
select free_at from guess_count where scope = %(scope)s and subject_sha256 = %(subject)s

-- name: forgive
delete from guess_count where scope = %s and subject_sha256 = %s

-- name: give_back
update guess_count set tries = greatest(tries - 1, 0) where scope = %s and subject_sha256 = %s

-- name: forget_old
delete from guess_count where last_at < %s

-- name: enter
insert into worker (name, session, seen_at) values (%(worker)s, 1, clock_timestamp())
on conflict (name) do update set session = worker.session + 1, seen_at = clock_timestamp()
returning session;

-- name: take_own
-- A worker of the same name is the same worker, started again: its leases are its own at once.
update lease
set token = token + 1, expires_at = clock_timestamp() + %(span)s
where worker = %(worker)s
returning bucket, token;

-- name: seen
update worker set seen_at = clock_timestamp()
where name = %(worker)s and session = %(session)s;

-- name: others
select count(*) from worker
where seen_at > clock_timestamp() - %(span)s::interval and name <> %(worker)s;

-- name: renew
update lease
set expires_at = clock_timestamp() + %(span)s
from unnest(%(buckets)b::smallint[], %(tokens)b::bigint[]) as mine (bucket, token)
where lease.bucket = mine.bucket and lease.token = mine.token and worker = %(worker)s
returning lease.bucket;

-- name: acquire
with free as (
    select bucket from lease
    where worker is null or expires_at < clock_timestamp()
    order by bucket limit %(most)s
    for no key update skip locked
)
update lease
set worker = %(worker)s, token = token + 1, expires_at = clock_timestamp() + %(span)s
from free
where lease.bucket = free.bucket
returning lease.bucket, token;

-- name: release
update lease
set worker = null, expires_at = '-infinity'
from unnest(%(buckets)b::smallint[], %(tokens)b::bigint[]) as mine (bucket, token)
where lease.bucket = mine.bucket and lease.token = mine.token and worker = %(worker)s;

-- name: leave
delete from worker where name = %(worker)s and session = %(session)s;

-- name: fence
-- Locked until the end of the transaction: whoever takes the bucket over waits for it.
select bucket, token, last_seq from lease
where bucket = any(%(buckets)b) and worker = %(worker)s
order by bucket
for no key update;

-- name: move_on
update lease set last_seq = given.last_seq
from unnest(%(buckets)b::smallint[], %(last_seqs)b::bigint[]) as given (bucket, last_seq)
where lease.bucket = given.bucket;

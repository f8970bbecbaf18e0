-- name: enter
insert into worker (name, session, seen_at) values (%(worker)s, 1, clock_timestamp())
on conflict (name) do update set session = worker.session + 1, seen_at = clock_timestamp()
returning session;

-- name: seen
update worker set seen_at = clock_timestamp()
where name = %(worker)s and session = %(session)s;

-- name: leave
delete from worker where name = %(worker)s and session = %(session)s;

-- name: others
select count(*) from worker
where seen_at > clock_timestamp() - %(span)s::interval and name <> %(worker)s;

-- name: own
select bucket, token from lease where worker = %(worker)s order by bucket;

-- name: free
select bucket from lease
where worker is null
   or not exists (select from worker
                  where worker.name = lease.worker
                    and worker.seen_at > clock_timestamp() - %(span)s::interval)
order by bucket limit %(most)s;

-- name: acquire
-- Ours from an earlier session, nobody's, or one of a worker that was not seen for the span of a
-- lease. One that is locked is in a transaction of somebody who may sleep: we do not wait for him,
-- and look again the next time.
update lease
set worker = %(worker)s, token = token + 1
where bucket = (
    select bucket from lease
    where bucket = %(bucket)s
      and (worker is null or worker = %(worker)s
           or not exists (select from worker
                          where worker.name = lease.worker
                            and worker.seen_at > clock_timestamp() - %(span)s::interval))
    for no key update skip locked
)
returning token;

-- name: end_sleepers
-- Who was not seen for the span of a lease may be stopped in the middle of a transaction, and hold
-- the lock of a lease. The limit on idle transactions is no help: a pipeline switches it off.
select pg_terminate_backend(pid)
from pg_stat_activity
join worker on application_name = 'relevo ' || worker.name
where datname = current_database() and usename = current_user
  and state like 'idle in transaction%%'
  and state_change < clock_timestamp() - %(span)s::interval
  and worker.seen_at < clock_timestamp() - %(span)s::interval;

-- name: release
update lease set worker = null
where bucket = %(bucket)s and worker = %(worker)s and token = %(token)s;

-- name: fence
-- Locked until the end of the transaction: whoever takes the bucket over waits for it.
select last_seq from lease
where bucket = %(bucket)s and worker = %(worker)s and token = %(token)s
for no key update;

-- name: fence_and_number
update lease set last_seq = last_seq + %(facts)s::bigint
where bucket = %(bucket)s and worker = %(worker)s and token = %(token)s
returning last_seq - %(facts)s::bigint;

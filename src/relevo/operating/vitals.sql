-- Each of these is asked every few seconds on a database with millions of processes. None may grow
-- with the number of processes or of armed timers: they look at the head of an index, bucket by
-- bucket, and count no further than a limit.

-- name: clock
select clock_timestamp();

-- name: queue
-- The oldest message of each bucket that can be handled: the head of each of its waves.
with recursive step (bucket, wave) as (
    select bucket, (select min(wave) from mailbox where mailbox.bucket = lease.bucket)
    from lease
    union all
    select bucket, (select min(mailbox.wave) from mailbox
                    where mailbox.bucket = step.bucket and mailbox.wave > step.wave)
    from step where wave is not null
)
select step.bucket,
       coalesce(extract(epoch from greatest(coalesce(%(at)s::timestamptz, now()) - min(head.at), interval '0')), 0)
from step
left join lateral (
    select at from mailbox
    where mailbox.bucket = step.bucket and mailbox.wave = step.wave and not held
    order by seq limit 1
) as head on true
group by step.bucket
order by step.bucket;

-- name: mail_waiting
select count(*) from (select from mailbox where not held limit %(most)s) as counted;

-- name: effects
-- Due is index-only: bucket by bucket and wave by wave, as the outbox takes them.
with recursive step (bucket, wave) as (
    select bucket, (select min(wave) from outbox where outbox.bucket = lease.bucket and not held)
    from lease
    union all
    select bucket, (select min(outbox.wave) from outbox
                    where outbox.bucket = step.bucket and outbox.wave > step.wave and not held)
    from step where wave is not null
)
select (select count(*) from (select from outbox where not held limit %(most)s) as counted),
       coalesce(extract(epoch from greatest(coalesce(%(at)s::timestamptz, now()) - min(head.due), interval '0')), 0)
from step
left join lateral (
    select due from outbox
    where outbox.bucket = step.bucket and outbox.wave = step.wave and not held
    order by due limit 1
) as head on true;

-- name: effects_retried
select count(*), coalesce(extract(epoch from coalesce(%(at)s::timestamptz, now()) - min(at)), 0)
from (select at from outbox where attempts > 0 limit %(most)s) as counted;

-- name: listeners
select listener, sum(lease.last_seq - coalesce(cursor.seq, 0))::bigint,
       coalesce(extract(epoch from greatest(coalesce(%(at)s::timestamptz, now()) - min(next.at), interval '0')), 0)
from (select unnest(%(names)s::text[]) union select listener from cursor) as known (listener)
cross join lease
left join cursor using (listener, bucket)
left join lateral (
    select at from journal
    where journal.bucket = lease.bucket and journal.seq > coalesce(cursor.seq, 0)
      and lease.last_seq > coalesce(cursor.seq, 0)
    order by journal.seq limit 1
) as next on true
group by listener
order by listener;

-- name: parked
select role, count(*), extract(epoch from coalesce(%(at)s::timestamptz, now()) - min(parked_at))
from parked
group by role
order by role;

-- name: timers
select (select count(*)
        from (select from lease
              cross join lateral (
                  select from timer
                  where timer.bucket = lease.bucket and not fired and due <= coalesce(%(at)s::timestamptz, now())
                  limit %(most)s
              ) as late
              limit %(most)s) as counted),
       coalesce(extract(epoch from greatest(coalesce(%(at)s::timestamptz, now()) - min(head.due), interval '0')), 0)
from lease
cross join lateral (
    select due from timer
    where timer.bucket = lease.bucket and not fired
    order by due limit 1
) as head;

-- name: leases
select bucket, worker from lease
where worker is null
   or not exists (select from worker
                  where worker.name = lease.worker
                    and worker.seen_at > now() - %(span)s::interval)
order by bucket;

-- name: workers
select name, extract(epoch from now() - seen_at),
       seen_at > now() - %(span)s::interval
from worker order by name;

-- name: partitions
-- Where the months of the journal that are prepared end; none while it is not partitioned.
select extract(epoch from max((substring(bound from 'TO \(''([^'']+)''\)'))::timestamptz) - now())
from pg_inherits
join pg_class on pg_class.oid = inhrelid
cross join lateral pg_get_expr(relpartbound, pg_class.oid) as bound
where inhparent = to_regclass('journal');

-- name: connections_left
select current_setting('max_connections')::integer
       - current_setting('superuser_reserved_connections')::integer
       - (select count(*) from pg_stat_activity where backend_type = 'client backend');

-- name: oldest_transaction
select coalesce(max(extract(epoch from now() - xact_start)), 0)
from pg_stat_activity
where backend_type = 'client backend' and datname = current_database()
  and pid <> pg_backend_pid();

-- name: archiver
-- Whether the last segment of WAL could not be archived; null where none is to be archived.
select case when current_setting('archive_mode') = 'off' then null
            else coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) end
from pg_stat_archiver;

-- name: standbys
-- Whether commits wait for a standby that is not there; null where none is asked for, or where this
-- account may not see it.
select case when current_setting('synchronous_standby_names') = '' then null
            when not pg_has_role(current_user, 'pg_monitor', 'usage') then null
            else count(*) filter (where sync_state in ('sync', 'quorum')) = 0 end
from pg_stat_replication;

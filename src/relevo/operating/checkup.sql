-- name: server
select current_setting('server_version'), pg_is_in_recovery(), current_database(), current_user;

-- name: may_create_databases
select rolcreatedb or rolsuper from pg_roles where rolname = current_user;

-- name: parked_by_reason
select role, name, reason, count(*), extract(epoch from now() - min(parked_at)), min(parked_id)
from parked
group by role, name, reason
order by count(*) desc, role, name, reason;

-- name: retried_by_reason
select name, reason, count(*), extract(epoch from now() - min(at))
from (select name, reason, at from outbox where attempts > 0 limit %(most)s) as counted
group by name, reason
order by count(*) desc, name, reason;

-- name: orphans_with_work
-- Of these buckets, those in which something is due.
select given.bucket
from unnest(%(buckets)s::smallint[]) as given (bucket)
where exists (select from mailbox where mailbox.bucket = given.bucket and not held)
   or exists (select from outbox where outbox.bucket = given.bucket and not held and due <= now())
   or exists (select from timer
              where timer.bucket = given.bucket and not fired and due <= now())
order by given.bucket;

-- name: old_transactions
select pid, application_name, state, extract(epoch from now() - xact_start)
from pg_stat_activity
where backend_type = 'client backend' and datname = current_database()
  and pid <> pg_backend_pid() and xact_start < now() - %(span)s::interval
order by xact_start;

-- name: standbys
select current_setting('synchronous_standby_names'),
       count(*) filter (where sync_state in ('sync', 'quorum')), count(*)
from pg_stat_replication;

-- name: archiver
select last_failed_wal, extract(epoch from now() - last_archived_time) from pg_stat_archiver;

-- name: slots
-- Slots that nobody reads keep WAL until the disk is full.
select slot_name, wal_status,
       pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
                            else pg_current_wal_lsn() end, restart_lsn)::bigint
from pg_replication_slots
where not active and restart_lsn is not null
order by slot_name;

-- name: sizes
select pg_database_size(current_database()),
       (select max(age(datfrozenxid)) from pg_database);

-- name: wal_bytes
select coalesce(sum(size), 0)::bigint from pg_ls_waldir();

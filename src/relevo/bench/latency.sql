-- name: waits_ms
-- A row of ``handled`` is written by the transaction that handled the message; its ``at`` is the
-- moment of the message's arrival by the shifted clock.
select extract(epoch from pg_xact_commit_timestamp(xmin) - (at - %(shift)s::interval)) * 1000
from handled
where message_id = any(%(ids)s);

-- name: waiting
select count(*) from mailbox;

-- name: tellers
select pid from pg_stat_activity
where datname = current_database() and application_name like 'relevo caller%%';

-- name: partitions
-- The bounds as PostgreSQL writes them; none where it says MINVALUE or MAXVALUE.
select c.relname,
       substring(pg_get_expr(c.relpartbound, c.oid) from 'FROM \(''([^'']+)''\)')::timestamptz,
       substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([^'']+)''\)')::timestamptz,
       pg_stat_get_live_tuples(c.oid), pg_total_relation_size(c.oid)
from pg_inherits
join pg_class c on c.oid = inhrelid
where inhparent = 'journal'::regclass
order by 2 nulls first, 3;

-- name: month_ahead
-- By the clock of the database, which all workers share.
select date_trunc('month', clock_timestamp() at time zone 'UTC') at time zone 'UTC'
       + make_interval(months => %(months)s);

-- name: months
select month, month + interval '1 month'
from generate_series(%(first)s::timestamptz, %(last)s::timestamptz - interval '1 day', '1 month')
     as month;

-- name: lock_out_others
select pg_try_advisory_xact_lock(%(lock)s);

-- name: wait_at_most
-- Whoever waits for a lock makes all who come later wait behind him.
select set_config('lock_timeout', %(milliseconds)s::text, true);

-- name: end_of_future
select date_trunc('month', max(at) at time zone 'UTC') at time zone 'UTC' + interval '1 month'
from journal_future;

-- name: has_facts
select exists (select from {partition});

-- name: make
create table {partition} (like {like} including indexes);

-- name: attach
alter table journal attach partition {partition} for values from ({starts_at}) to ({ends_at});

-- name: detach
alter table journal detach partition {partition};

-- name: rename
alter table {partition} rename to {name};

-- name: drop
drop table {partition};

-- name: staging
create temporary table brought (like journal) on commit drop;

-- name: copy_staging
copy brought (bucket, seq, process_id, version, kind, kind_version, at, name, body, caused_by)
from stdin;

-- name: merge
-- Only what is missing: the same facts may be brought back twice.
insert into journal
select brought.* from brought
where not exists (select from journal
                  where journal.process_id = brought.process_id
                    and journal.version = brought.version);

-- name: one_at_a_time
select pg_advisory_xact_lock(hashtext('relevo.journal.months'));

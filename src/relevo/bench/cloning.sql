-- name: columns
-- Every table of ours with its columns; a partition is part of its table.
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname, a.attnum;

-- name: make_clone_table
create temp table clone (
    place      bigint    generated always as identity,
    n          bigint    not null,
    template   integer   not null,
    bucket     smallint  not null,
    names      text[]    not null,
    facts      integer   not null,
    first_seq  bigint
) on commit delete rows;

-- name: copy_clones
copy clone (n, template, bucket, names, facts) from stdin;

-- name: number_facts
-- Locked until the end of the transaction, as a worker locks the lease of the bucket it writes.
with locked as materialized (
    select bucket, last_seq from lease
    where bucket in (select bucket from clone)
    order by bucket
    for no key update
), before as (
    select n, sum(facts) over (partition by bucket order by place) - facts as facts from clone
)
update clone
set first_seq = locked.last_seq + before.facts + 1
from locked, before
where locked.bucket = clone.bucket and before.n = clone.n;

-- name: move_leases
update lease
set last_seq = lease.last_seq + grown.facts
from (select bucket, sum(facts) as facts from clone group by bucket) as grown
where lease.bucket = grown.bucket;

-- name: next_number
-- The number of the next clone of an order.
select coalesce(max(substr(idempotency_key, 6)::bigint) + 1, 0) from order_request
where idempotency_key >= 'seed:' and idempotency_key < 'seed;';

-- name: install
create table touched (
    xact       xid8     not null,
    bucket     smallint not null,
    place      text     not null,
    statement  text     not null,
    primary key (xact, bucket, place)
);

create function note_bucket() returns trigger language plpgsql as $$
begin
    insert into touched (xact, bucket, place, statement)
    select pg_current_xact_id(), bucket, tg_table_name, left(current_query(), 400)
    from affected group by bucket
    on conflict do nothing;
    return null;
end $$;

-- name: tables
-- Every table of ours that carries a bucket; of a partitioned one the whole, not its parts.
select relname from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
join pg_attribute on attrelid = pg_class.oid and attname = 'bucket'
where nspname = 'public' and relkind in ('r', 'p') and not relispartition
  and relname <> 'touched'
order by relname;

-- name: strays
select array_agg(distinct bucket order by bucket), array_agg(distinct place order by place),
       array_agg(distinct statement)
from touched
group by xact
having count(distinct bucket) > 1
order by xact;

-- name: seen
select place, count(*) from touched group by place;

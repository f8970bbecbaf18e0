-- name: new_facts
-- Of each bucket what lies behind the place up to which it was read.
select new.process_id, new.kind, new.version, new.at, new.name, new.body::text, new.seq, read.bucket
from unnest(%(buckets)s::smallint[], %(places)s::bigint[]) as read (bucket, place)
cross join lateral (
    select process_id, kind, version, at, name, body, seq
    from journal
    where bucket = read.bucket and seq > read.place
    order by seq
) new;

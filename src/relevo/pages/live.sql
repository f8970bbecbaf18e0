-- name: tips
select bucket, last_seq from lease

-- name: news
-- Which families have new facts. A burst is cut off: whoever is told late is told with the next.
select distinct split_part(new.process_id, '/', 1), read.bucket, max(new.seq) over (partition by read.bucket)
from unnest(%s::smallint[], %s::bigint[]) as read (bucket, place)
join lease on lease.bucket = read.bucket and lease.last_seq > read.place
cross join lateral (
    select process_id, seq
    from journal
    where bucket = read.bucket and seq > read.place
    order by seq
    limit 2000
) new

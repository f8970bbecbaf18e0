-- name: facts
select bucket, seq, process_id, version, kind, kind_version, at, name, body::text, caused_by
from {partition}
order by process_id, version;

-- name: lock_out_others
select pg_try_advisory_lock(%(lock)s);

-- name: not_followed
-- Listeners that have not come as far as the facts of this partition.
select cursor.listener, cursor.bucket
from cursor
join (select bucket, max(seq) as seq from {partition} group by bucket) as latest using (bucket)
where cursor.seq < latest.seq
union
select parked.kind, parked.bucket
from parked
join {partition} as fact on parked.bucket = fact.bucket
    and parked_id = parked.kind || '@' || fact.bucket || '.' || fact.seq
where parked.role = 'fact'
order by 1, 2 limit 1;

-- name: note
insert into journal_archive (file, detached, starts_at, ends_at, facts, digest, sha256)
values (%(file)s, %(detached)s, %(starts_at)s, %(ends_at)s, %(facts)s, %(digest)s, %(sha256)s);

-- name: note_again
-- More facts came between the writing of the file and the moment of the detachment.
update journal_archive
set file = %(file)s, facts = %(facts)s, digest = %(digest)s, sha256 = %(sha256)s
where detached = %(detached)s and dropped_at is null;

-- name: archives
select file, detached, starts_at, ends_at, facts, digest, sha256, archived_at, dropped_at,
       attached_at
from journal_archive order by ends_at, archived_at;

-- name: count
select count(*) from {partition};

-- name: dropped
update journal_archive set dropped_at = clock_timestamp() where file = %(file)s;

-- name: attached
update journal_archive set attached_at = clock_timestamp() where file = %(file)s;

-- name: write_a_fact
-- As a worker writes: the lease of the bucket is locked and moved on, the fact has the next number.
with next as (
    update lease set last_seq = last_seq + 1 where bucket = %(bucket)s returning last_seq
), latest as (
    select * from journal
     where process_id = %(family)s and bucket = %(bucket)s
     order by version desc limit 1
)
insert into journal (bucket, seq, process_id, version, kind, kind_version, at, name, body, caused_by)
select bucket, next.last_seq, process_id, version + 1, kind, kind_version, at, name, body, caused_by
  from latest, next

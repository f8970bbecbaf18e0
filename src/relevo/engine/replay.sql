-- name: spans
-- Runs of so many processes, each so many after the one before. The end of a run is the next id.
select process_id, next_id
from (select process_id, row_number() over ids as place, lead(process_id, %(run)s) over ids as next_id
      from process
      window ids as (order by process_id)) as numbered
where mod(place - 1, %(every)s) = 0
order by process_id
limit %(most)s;

-- name: how_many
select count(*) from process;

-- name: span
-- Each process, and behind it its facts: one statement, so one moment. Ids compare byte by byte.
select process_id, 0::bigint as version, version as seq, kind, kind_version, word as name,
       state::text as body
from process
where process_id >= %(start)s and process_id < coalesce(%(end)s, chr(1114111))
union all
select process_id, version, seq, kind, kind_version, name, body::text
from journal
where process_id >= %(start)s and process_id < coalesce(%(end)s, chr(1114111))
order by process_id, version;

-- name: buckets
select lease.bucket, lease.last_seq, count(journal.seq), count(distinct journal.seq),
       coalesce(max(journal.seq), 0)
from lease left join journal on journal.bucket = lease.bucket
group by lease.bucket, lease.last_seq
order by lease.bucket;

-- name: facts_out
-- How many facts were archived and are not in the journal.
select coalesce(sum(facts), 0)::bigint from journal_archive where attached_at is null;

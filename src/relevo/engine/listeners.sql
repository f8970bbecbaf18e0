-- name: behind
select lease.bucket, coalesce(cursor.seq, 0)
from lease
left join cursor on cursor.bucket = lease.bucket and cursor.listener = %(listener)s
where lease.bucket = any(%(buckets)b) and lease.last_seq > coalesce(cursor.seq, 0)
order by lease.bucket;

-- name: next_facts
select seq, process_id, kind, kind_version, version, at, name, body::text
from journal
where bucket = %(bucket)s and seq > %(seq)s
order by seq limit %(most)s;

-- name: move_on
insert into cursor (listener, bucket, seq) values (%(listener)s, %(bucket)s, %(seq)s)
on conflict (listener, bucket) do update set seq = excluded.seq;

-- name: park_fact
insert into parked (parked_id, bucket, role, process_id, kind, name, body, at, reason, parked_at)
values (%(parked_id)s, %(bucket)s, 'fact', %(process_id)s, %(kind)s, %(name)s, %(body)s, %(at)s,
        %(reason)s, %(now)s)
on conflict do nothing;

-- name: facts_again
select journal.seq, journal.process_id, journal.kind, journal.kind_version, journal.version,
       journal.at, journal.name, journal.body::text, parked_id, journal.bucket
from parked
join journal on journal.bucket = parked.bucket
    and parked_id = %(listener)s || '@' || journal.bucket || '.' || journal.seq
where parked.again and parked.kind = %(listener)s and parked.role = 'fact'
  and parked.bucket = any(%(buckets)b)
order by journal.bucket, journal.seq;

-- name: fact_taken
delete from parked where parked_id = %(parked_id)s;

-- name: fact_stays
update parked set again = false, attempts = attempts + 1, reason = %(reason)s
where parked_id = %(parked_id)s;

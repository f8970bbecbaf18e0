-- Ids compare byte by byte, and "0" follows "/": the range is the family without its root.

-- name: waiting
select process_id, name, reason
from outbox
where (process_id = %(family)s
       or (process_id > %(family)s || '/' and process_id < %(family)s || '0'))
  and due <= %(at)s
order by seq;

-- name: parked
select process_id, name, reason
from parked
where process_id = %(family)s
   or (process_id > %(family)s || '/' and process_id < %(family)s || '0')
order by parked_at, parked_id;

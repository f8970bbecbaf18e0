-- name: state_of
select word, state::text, kind, kind_version from process where process_id = %(process_id)s;

-- name: facts_of_process
select process_id, kind, version, at, name, body::text, seq, kind_version
from journal
where process_id = %(process_id)s
order by version;

-- name: facts_of_family
-- Ids compare byte by byte, and "0" follows "/": the range is the family without its root.
select process_id, kind, version, at, name, body::text, seq, kind_version
from journal
where (process_id = %(family)s
       or (process_id > %(family)s || '/' and process_id < %(family)s || '0'))
  and seq > %(after)s
order by seq;

-- name: all_facts
select process_id, version, at, name, body::text
from journal
order by process_id, version;

-- name: facts_of_families
select process_id, version, at, name, body::text
from journal
where split_part(process_id, '/', 1) = any(%(families)b)
order by process_id, version;

-- name: all_processes
select process_id from process order by process_id;

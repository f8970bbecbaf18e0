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
-- By the key, family by family, whatever else is in the journal. "offset 0" keeps the planner from
-- walking the whole index in the order of the answer, which a cursor makes look cheap to it.
select facts.process_id, facts.version, facts.at, facts.name, facts.body
from (select distinct family from unnest(%(families)b::text[]) as given (family)) as wanted
cross join lateral (
    select process_id, version, at, name, body::text
    from journal
    where process_id >= family and process_id < family || '0'
      and (process_id = family or process_id > family || '/')
    offset 0
) as facts
order by facts.process_id, facts.version;

-- name: all_processes
select process_id from process order by process_id;

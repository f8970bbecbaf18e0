-- name: processes
-- What a kind of process does, phase by phase: an index holds both.
select kind, phase, count(*)
  from (select kind, phase from process where kind = %(kind)s limit %(most)s) as counted
 group by kind, phase order by phase

-- name: parked
select parked_id, role, process_id, kind, name, attempts, reason, parked_at
  from parked
 where (%(role)s = '' or role = %(role)s) and (%(name)s = '' or name = %(name)s)
 order by parked_at, parked_id
 limit %(most)s

-- name: parked_named
select parked_id, process_id from parked where parked_id = any(%(ids)s)

-- name: process
select process_id, kind, kind_version, version, phase, rules, paused, changed_at, state::text
  from process where process_id = %(process_id)s

-- name: visible
select process_id from process where process_id = %(process_id)s

-- name: facts
select version, at, name, body::text, caused_by
  from journal where process_id = %(process_id)s
 order by version desc limit %(most)s

-- name: timers
select name, due, fired from timer where process_id = %(process_id)s order by due, name

-- name: effects
select effect_id, name, at, attempts, due, reason, held
  from outbox where process_id = %(process_id)s order by seq limit %(most)s

-- name: mail
select message_id, name, at, held from mailbox where process_id = %(process_id)s
 order by wave, seq limit %(most)s

-- name: refusals
select name, at, reason, detail from refusal where process_id = %(process_id)s
 order by at desc limit %(most)s

-- name: put_aside
select parked_id, role, name, reason, parked_at from parked where process_id = %(process_id)s
 order by parked_at limit %(most)s

-- name: acts
select at, who, verb, reason, target from operator_act where process_id = %(process_id)s
 order by at desc limit %(most)s

-- name: leases
select worker, count(*) from lease where worker is not null group by worker

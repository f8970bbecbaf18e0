-- name: note
insert into operator_act (act_id, bucket, process_id, verb, who, reason, target, at)
values (%(act_id)s, %(bucket)s, %(process_id)s, %(verb)s, %(who)s, %(reason)s, %(target)s, %(at)s)
on conflict do nothing;

-- name: parked
select parked_id, role, process_id, kind, name, body, at, attempts, reason, parked_at
from parked
order by parked_at, parked_id;

-- name: owner_of
select process_id, kind from parked where parked_id = %(target)s and role <> 'fact'
union all
select process_id, process.kind
from parked join process using (process_id)
where parked_id = %(target)s and role = 'fact'
union all
select process_id, kind from outbox where effect_id = %(target)s;

-- name: kind_of
select kind from process where process_id = %(process_id)s
union all
select kind from mailbox where process_id = %(process_id)s
limit 1;

-- name: acts
select act_id, process_id, verb, who, reason, target, at from operator_act order by at, act_id;

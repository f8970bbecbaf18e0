-- name: by_kind
select kind, jsonb_object_agg(phase, number)
from (select kind, phase, count(*) as number from process group by kind, phase) as counted
group by kind;

-- name: held_by
select count(*) from custody where upper_inf(during) and holder = %(holder)s;

-- name: left_over
select 'messages', count(*) from mailbox
union all select 'effects', count(*) from outbox
union all select 'parked', count(*) from parked
union all select 'refusals', count(*) from refusal;

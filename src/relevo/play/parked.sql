-- name: parked
select role, process_id, name, reason from parked order by parked_at, parked_id;

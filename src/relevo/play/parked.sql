-- name: parked
select role, process_id, name, reason from parked
where split_part(process_id, '/', 1) = any(%(families)s)
order by parked_at, parked_id;

-- name: parked
select role, process_id, name, reason from parked
where split_part(process_id, '/', 1) = %(family)s
order by parked_at, parked_id;

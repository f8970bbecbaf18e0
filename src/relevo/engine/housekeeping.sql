-- name: old_handled
select bucket from lease
where exists (select from handled where handled.bucket = lease.bucket and at < %(before)s)
order by bucket;

-- name: forget_handled
with old as (
    select message_id from handled
    where bucket = %(bucket)s and at < %(before)s
    order by at limit %(most)s
    for update skip locked
)
delete from handled using old where handled.message_id = old.message_id;

-- name: old_refusals
select bucket from lease
where exists (select from refusal where refusal.bucket = lease.bucket and at < %(before)s)
order by bucket;

-- name: forget_refusals
with old as (
    select message_id from refusal
    where bucket = %(bucket)s and at < %(before)s
    order by at limit %(most)s
    for update skip locked
)
delete from refusal using old where refusal.message_id = old.message_id;

-- name: forget_handled
with old as (
    select message_id from handled
    where bucket = %(bucket)s and at < %(before)s
    order by at limit %(most)s
    for update skip locked
)
delete from handled using old where handled.message_id = old.message_id;

-- name: forget_refusals
with old as (
    select message_id from refusal
    where bucket = %(bucket)s and at < %(before)s
    order by at limit %(most)s
    for update skip locked
)
delete from refusal using old where refusal.message_id = old.message_id;

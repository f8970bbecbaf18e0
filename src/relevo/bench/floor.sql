-- name: transaction
select pg_current_xact_id()::text;

-- name: told
-- What lies in the mailbox of a quiet engine before its turn: what was just told.
select bucket, array_agg(message_id order by seq) from mailbox group by bucket order by bucket;

-- name: mail
select * from mailbox where message_id = any(%(ids)s) order by seq;

-- name: leases
select worker, token, bucket from lease order by bucket;

-- name: lease
update lease set worker = %s, token = %s where bucket = %s;

-- name: rows
select 'journal', count(*) from journal
union all select 'process', count(*) from process
union all select 'timer', count(*) from timer
union all select 'handled', count(*) from handled
union all select 'mailbox', count(*) from mailbox
union all select 'outbox', count(*) from outbox
union all select 'custody', count(*) from custody
union all select 'card_custody', count(*) from card_custody
union all select 'port', count(*) from port
union all select 'sims_card', count(*) from sims_card
union all select 'activation_line', count(*) from activation_line;

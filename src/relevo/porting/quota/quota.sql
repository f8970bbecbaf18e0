-- name: refusal
select code, said from quota_refusal
 where hub = %s and recipient = %s and donor = %s and until > %s

-- name: refuse
insert into quota_refusal (hub, recipient, donor, code, said, until)
values (%s, %s, %s, %s, %s, %s)
    on conflict (hub, recipient, donor) do update
   set code = excluded.code, said = excluded.said, until = excluded.until

-- name: refusals
select hub, recipient, donor, code, said, until from quota_refusal
 where until > %s
 order by hub, donor, recipient

-- name: forget_uses
delete from quota_use where hub = %s and recipient = %s and day < %s

-- name: use
insert into quota_use (hub, recipient, day, contract_code)
select %(hub)s, %(recipient)s, %(day)s, %(contract)s
 where (select count(*) from quota_use
         where hub = %(hub)s and recipient = %(recipient)s and day = %(day)s) < %(most)s
    on conflict do nothing

-- name: is_used
select exists (select 1 from quota_use
                where hub = %(hub)s and recipient = %(recipient)s and day = %(day)s
                  and contract_code = %(contract)s)

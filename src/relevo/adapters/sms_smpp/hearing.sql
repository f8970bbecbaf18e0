-- name: heard
select distinct on (digest) digest, nth, heard_at, is_acknowledged
  from notice_sms_heard
 where digest = any(%s)
 order by digest, nth desc

-- name: hear
insert into notice_sms_heard (digest, nth, session, heard_at)
values (%(digest)s, %(nth)s, %(session)s, %(now)s)
    on conflict (digest, nth) do update set session = excluded.session, is_acknowledged = false

-- name: acknowledge
update notice_sms_heard
   set is_acknowledged = true
 where session = %(session)s and not is_acknowledged and heard_at <= %(before)s

-- name: keep_part
insert into notice_sms_part
       (sender, recipient, reference, total, part, said, digest, nth, heard_at)
values (%(sender)s, %(recipient)s, %(reference)s, %(total)s, %(part)s,
        %(said)s, %(digest)s, %(nth)s, %(now)s)
    on conflict (sender, recipient, reference, total, part) do nothing

-- name: taken_place
select digest
  from notice_sms_part
 where sender = %(sender)s and recipient = %(recipient)s and reference = %(reference)s
   and total = %(total)s and part = %(part)s

-- name: ready
select sender, recipient, reference, total,
       array_agg(part order by part), array_agg(said order by part),
       (array_agg(digest || ':' || nth order by part))[1], min(heard_at)
  from notice_sms_part
 group by sender, recipient, reference, total
having count(*) = total or min(heard_at) <= %s
 order by min(heard_at)

-- name: drop_parts
delete from notice_sms_part
 where sender = %(sender)s and recipient = %(recipient)s and reference = %(reference)s
   and total = %(total)s

-- name: prepare
insert into notice_sms_segment
       (message_key, number, reference, recipient, state, handed_at, changed_at)
select %(key)s, number, nextval('notice_sms_reference'), %(recipient)s, 'open', %(now)s, %(now)s
  from generate_series(1, %(count)s) number
    on conflict (message_key, number) do nothing

-- name: segments
select number, reference, state, coalesce(smsc_id, ''), reason, handed_at
  from notice_sms_segment
 where message_key = %s
 order by number

-- name: claim
update notice_sms_segment
   set state = 'handed', handed_at = %(now)s, changed_at = %(now)s
 where message_key = %(key)s and number = %(number)s and state = 'open'

-- name: settle
update notice_sms_segment
   set state = %(state)s, reason = %(reason)s, changed_at = %(now)s
 where message_key = %(key)s and number = %(number)s and state = 'handed'

-- name: accept
with early as (
    delete from notice_sms_receipt where smsc_id = %(smsc_id)s returning came, reason
), final as (
    select came, reason from early where came <> 'under_way' limit 1
)
update notice_sms_segment
   set smsc_id = %(smsc_id)s, changed_at = %(now)s,
       state = coalesce((select came from final), 'accepted'),
       reason = coalesce((select reason from final), '')
 where message_key = %(key)s and number = %(number)s and state = 'handed'

-- name: receipt
with known as (
    select message_key, number, state
      from notice_sms_segment
     where smsc_id = %(smsc_id)s
     order by state = 'accepted' desc, handed_at desc
     limit 1
), moved as (
    update notice_sms_segment segment
       set state = %(came)s, reason = %(reason)s, changed_at = %(now)s
      from known
     where segment.message_key = known.message_key and segment.number = known.number
       and known.state = 'accepted' and %(came)s <> 'under_way'
)
insert into notice_sms_receipt (smsc_id, recipient, reference, came, reason, received_at)
select %(smsc_id)s, %(recipient)s, %(reference)s, %(came)s, %(reason)s, %(now)s
 where not exists (select from known)

-- name: match_by_id
with final as (
    select distinct on (smsc_id) smsc_id, came, reason
      from notice_sms_receipt
     where came <> 'under_way'
     order by smsc_id, id
), moved as (
    update notice_sms_segment segment
       set state = final.came, reason = final.reason, changed_at = %(now)s
      from final
     where segment.smsc_id = final.smsc_id and segment.state = 'accepted'
 returning segment.smsc_id
)
delete from notice_sms_receipt where smsc_id in (select smsc_id from moved)

-- name: match_lost
with lost as (
    select message_key, number, recipient, reference, handed_at,
           count(*) over (partition by recipient) as rivals
      from notice_sms_segment
     where state = 'handed' and handed_at <= %(lost_since)s and told_at is null
), found as (
    select distinct on (lost.message_key, lost.number)
           lost.message_key, lost.number, receipt.smsc_id, receipt.came, receipt.reason
      from lost
      join notice_sms_receipt receipt on receipt.recipient = lost.recipient
       and receipt.received_at >= lost.handed_at
       and case when receipt.reference is null then lost.rivals = 1
                else receipt.reference = lost.reference end
     order by lost.message_key, lost.number, receipt.came = 'under_way', receipt.id
), moved as (
    update notice_sms_segment segment
       set smsc_id = found.smsc_id, changed_at = %(now)s,
           state = case found.came when 'under_way' then 'accepted' else found.came end,
           reason = case found.came when 'under_way' then '' else found.reason end
      from found
     where segment.message_key = found.message_key and segment.number = found.number
       and segment.state = 'handed'
 returning segment.smsc_id
)
delete from notice_sms_receipt where smsc_id in (select smsc_id from moved)

-- name: untold
select message_key,
       bool_and(state = 'delivered') as is_delivered,
       coalesce(max(reason) filter (where state = 'undeliverable'), '') as reason,
       max(changed_at) as changed_at
  from notice_sms_segment
 where message_key in (
           select message_key
             from notice_sms_segment
            where told_at is null and state in ('delivered', 'undeliverable')
       )
 group by message_key
having not bool_or(state in ('refused', 'open', 'handed'))
   and (bool_and(state = 'delivered') or bool_or(state = 'undeliverable'))
 order by max(changed_at)
 limit 500

-- name: told
update notice_sms_segment set told_at = %(now)s where message_key = any(%(keys)s)

-- name: silent
update notice_sms_segment
   set asked_at = %(now)s
 where (message_key, number) in (
           select message_key, number
             from notice_sms_segment
            where state = 'accepted' and told_at is null
              and handed_at <= %(silent_since)s
              and (asked_at is null or asked_at <= %(silent_since)s)
            order by handed_at
            limit 100
       )
returning smsc_id, recipient

-- name: forget
with segments as (
    delete from notice_sms_segment where changed_at < %(before)s
), receipts as (
    delete from notice_sms_receipt where received_at < %(before)s
)
delete from notice_sms_heard where heard_at < %(before)s

-- name: hear
insert into notice_call
       (call_id, brand, direction, number, agent, order_key, began_at, ended_at, noted_by,
        recording_id, recording_purpose, recording_preamble, recording_keep_until)
values (%(id)s, %(brand)s, %(direction)s, %(number)s, %(agent)s, %(order)s, %(began_at)s,
        %(ended_at)s, %(noted_by)s, %(recording_id)s, %(purpose)s, %(preamble)s, %(keep_until)s)
    on conflict (call_id) do update
   set agent = coalesce(nullif(notice_call.agent, ''), excluded.agent),
       ended_at = coalesce(notice_call.ended_at, excluded.ended_at),
       recording_id = coalesce(notice_call.recording_id, excluded.recording_id),
       recording_purpose = coalesce(notice_call.recording_purpose, excluded.recording_purpose),
       recording_preamble = coalesce(notice_call.recording_preamble, excluded.recording_preamble),
       recording_keep_until = coalesce(notice_call.recording_keep_until, excluded.recording_keep_until)
returning call_id, brand, direction, number, agent, order_key, began_at, ended_at, noted_by,
          recording_id, recording_purpose, recording_preamble, recording_keep_until

-- name: one
select call_id, brand, direction, number, agent, order_key, began_at, ended_at, noted_by,
       recording_id, recording_purpose, recording_preamble, recording_keep_until
  from notice_call
 where call_id = %s

-- name: of_order
select call_id, brand, direction, number, agent, order_key, began_at, ended_at, noted_by,
       recording_id, recording_purpose, recording_preamble, recording_keep_until
  from notice_call
 where order_key = %s
 order by began_at desc
 limit %s

-- name: under_way
select call_id, brand, direction, number, agent, order_key, began_at, ended_at, noted_by,
       recording_id, recording_purpose, recording_preamble, recording_keep_until
  from notice_call
 where ended_at is null and began_at > %s
 order by began_at desc
 limit %s

-- name: note
update notice_call set order_key = %s, noted_by = %s where call_id = %s

-- name: filed
update notice_call
   set order_key = notice_inbound.order_key
  from notice_inbound
 where call_id = %s and notice_call.order_key is null
   and source = 'phone' and external_id = call_id
returning notice_call.order_key

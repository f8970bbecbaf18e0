-- name: promise_made
insert into desk_promise (process_id, family, what, due, owner, rests_on, state, made_at)
values (%(process_id)s, %(family)s, %(what)s, %(due)s, %(owner)s, %(rests_on)s, 'made', %(at)s)
    on conflict (process_id) do nothing

-- name: promise_goes_on
update desk_promise
   set state = %(state)s, due = coalesce(%(due)s, due), moved = moved + %(moves)s,
       settled_at = coalesce(settled_at, %(settled_at)s)
 where process_id = %(process_id)s

-- name: parcel_tied
insert into desk_parcel (process_id, family, line, number, iccid, postcode, town, state, changed_at)
values (%(process_id)s, %(family)s, %(line)s, %(number)s, %(iccid)s, %(postcode)s, %(town)s, 'tied', %(at)s)
    on conflict (process_id) do nothing

-- name: parcel_goes_on
update desk_parcel
   set state = coalesce(%(state)s, state), tracking_code = coalesce(%(tracking_code)s, tracking_code),
       postcode = coalesce(%(postcode)s, postcode), town = coalesce(%(town)s, town),
       seen_town = coalesce(%(seen_town)s, seen_town), expected_on = coalesce(%(expected_on)s, expected_on),
       reason = coalesce(%(reason)s, reason), action = coalesce(%(action)s, action),
       is_contested = coalesce(%(is_contested)s, is_contested), is_open = coalesce(%(is_open)s, is_open),
       changed_at = %(at)s
 where process_id = %(process_id)s

-- name: request_drafted
insert into desk_request (process_id, family, line, number, hub, donor, state)
values (%(process_id)s, %(family)s, %(line)s, %(number)s, %(hub)s, %(donor)s, 'drafted')
    on conflict (process_id) do nothing

-- name: request_goes_on
update desk_request
   set state = coalesce(%(state)s, state), donor = coalesce(%(donor)s, donor),
       cause = coalesce(%(cause)s, cause), reply_due = coalesce(%(reply_due)s, reply_due),
       cancel_until = coalesce(%(cancel_until)s, cancel_until),
       answered_at = coalesce(%(answered_at)s, answered_at)
 where process_id = %(process_id)s

-- name: terms_noted
insert into desk_claim (process_id, family, line, number, monthly_fee_eur_cents, average_3m_eur_cents,
                        rules, changed_at)
values (%(process_id)s, %(family)s, %(line)s, %(number)s, %(fee)s, %(average)s, %(rules)s, %(at)s)
    on conflict (process_id) do update
   set monthly_fee_eur_cents = excluded.monthly_fee_eur_cents,
       average_3m_eur_cents = excluded.average_3m_eur_cents

-- name: outage_over
-- A stretch is counted anew when a peer's log tells its exact ends: what overlaps it is the same one.
delete from desk_outage
 where process_id = %(process_id)s and dead_from < %(dead_until)s
   and coalesce(dead_until, 'infinity') > %(dead_from)s

-- name: outage
insert into desk_outage (process_id, family, line, number, dead_from, dead_until)
select %(process_id)s, %(family)s, %(line)s,
       coalesce((select number from desk_claim where process_id = %(process_id)s), ''),
       %(dead_from)s, %(dead_until)s
    on conflict (process_id, dead_from) do update set dead_until = excluded.dead_until

-- name: amount_found
update desk_claim
   set found_eur_cents = %(found)s, dead_minutes = %(minutes)s, changed_at = %(at)s
 where process_id = %(process_id)s

-- name: amount_credited
update desk_claim
   set credited_eur_cents = %(credited)s, changed_at = %(at)s
 where process_id = %(process_id)s

-- name: case_opened
insert into desk_case (family, case_key, owner, why, since)
values (%(family)s, %(case_key)s, %(owner)s, %(why)s, %(at)s)
    on conflict (family) do update
   set is_open = true, owner = excluded.owner, why = excluded.why, since = excluded.since,
       level = 0, role = '', climbed_at = null, acknowledged_by = ''

-- name: case_climbed
update desk_case
   set level = %(level)s, role = %(role)s, why = %(why)s, climbed_at = %(at)s,
       acknowledged_by = ''
 where family = %(family)s

-- name: case_resolved
update desk_case set is_open = false where family = %(family)s

-- name: complaint_filed
insert into desk_complaint (complaint, family, state, filed_at, due)
values (%(complaint)s, %(family)s, 'open', %(at)s, %(due)s)
    on conflict (complaint) do nothing

-- name: complaint_goes_on
update desk_complaint set state = %(state)s, due = coalesce(%(due)s, due)
 where complaint = %(complaint)s

-- name: effort
insert into desk_effort (family, day, channel, minutes, said)
values (%(family)s, %(day)s, %(channel)s, %(minutes)s, 1)
    on conflict (family, day, channel) do update
   set minutes = desk_effort.minutes + excluded.minutes, said = desk_effort.said + 1

-- name: case_owned
update desk_case
   set owner = %(owner)s, staff = %(staff)s, case_key = %(case_key)s,
       offered_to = '', offered_by = '', offer_note = '', offered_until = null
 where family = %(family)s

-- name: case_offered
update desk_case
   set offered_to = %(to)s, offered_by = %(by)s, offer_note = %(note)s, offered_until = %(until)s
 where family = %(family)s

-- name: case_acknowledged
update desk_case set acknowledged_by = %(by)s where family = %(family)s

-- What the lists are read with. Each is cut by the database, in the order in which it is shown.

-- name: promises
select process_id, family, what, due, owner, rests_on, state, moved
  from desk_promise
 where state in ('made', 'at_risk', 'broken')
   and (%(what)s = '' or what = %(what)s) and (%(owner)s = '' or owner = %(owner)s)
   and due < %(before)s
 order by due, process_id
 limit %(most)s

-- name: movable
select due from desk_promise where process_id = %s and state in ('made', 'at_risk')

-- name: answers
select process_id, family, line, number, hub, donor, reply_due
  from desk_request
 where state = 'asked' and reply_due < %(before)s
 order by reply_due, process_id
 limit %(most)s

-- name: settled
-- How the last promises of each kind ended: what history says of those that are open.
select what, count(*), count(*) filter (where state = 'kept')
  from (select what, state from desk_promise
         where settled_at is not null and state <> 'released'
         order by settled_at desc limit %(most)s) as last
 group by what

-- name: parcels
select process_id, family, line, number, iccid, tracking_code, postcode, town, seen_town, state,
       reason, action, expected_on, is_contested, changed_at
  from desk_parcel
 where is_open
   and (%(state)s = '' or state = %(state)s)
   and case %(what)s when 'overdue' then expected_on < %(today)s
                     when 'contested' then is_contested
                     when 'troubled' then reason <> ''
                     when 'elsewhere' then seen_town <> '' and lower(seen_town) <> lower(town)
                     else true end
 order by expected_on nulls last, process_id
 limit %(most)s offset %(skip)s

-- name: parcel_states
select state, count(*) from (select state from desk_parcel where is_open limit %(most)s) as counted
 group by state order by state

-- name: dead_now
select family, line, number, dead_from from desk_outage where dead_until is null
 order by dead_from limit %(most)s

-- name: outages
-- Those that touch the days shown.
select dead_from, dead_until from desk_outage where dead_until is null
union all
select dead_from, dead_until from desk_outage where dead_until >= %(since)s
 limit %(most)s

-- name: promises_by_day
select (settled_at at time zone %(zone)s)::date as day,
       count(*) filter (where state = 'kept'), count(*) filter (where state in ('broken', 'kept_late')),
       count(*) filter (where moved > 0)
  from (select settled_at, state, moved from desk_promise where settled_at >= %(since)s
         order by settled_at desc limit %(most)s) as counted
 group by 1 order by 1

-- name: promises_open
select count(*) filter (where state = 'made'), count(*) filter (where state = 'at_risk'),
       count(*) filter (where state = 'broken')
  from (select state from desk_promise where state in ('made', 'at_risk', 'broken') limit %(most)s) as counted

-- name: owed
select coalesce(sum(found_eur_cents), 0), coalesce(sum(credited_eur_cents), 0),
       coalesce(sum(dead_minutes), 0), count(*)
  from (select found_eur_cents, credited_eur_cents, dead_minutes from desk_claim
         where found_eur_cents > 0 order by changed_at desc limit %(most)s) as counted

-- name: running
-- What accrues now: claims of numbers that are dead.
select claim.monthly_fee_eur_cents, claim.average_3m_eur_cents, claim.rules, outage.dead_from
  from desk_outage outage join desk_claim claim using (process_id)
 where outage.dead_until is null
 limit %(most)s

-- name: requests
select donor, state, count(*)
  from (select donor, state from desk_request
         where state in ('drafted', 'asked', 'confirmed') limit %(most)s) as counted
 group by donor, state order by donor, state

-- name: verdicts
select state, cause, count(*)
  from (select case when cause <> '' then 'rejected' else 'confirmed' end as state, cause
          from desk_request where answered_at >= %(since)s
         order by answered_at desc limit %(most)s) as counted
 group by state, cause order by count(*) desc

-- name: trouble_ages
select kind, count(*), min(since)
  from (select kind, since from desk_trouble order by since limit %(most)s) as counted
 group by kind order by min(since)

-- name: effort
select channel, sum(minutes), sum(said), count(distinct family)
  from (select channel, minutes, said, family from desk_effort where day >= %(since)s
         order by day desc limit %(most)s) as counted
 group by channel order by channel

-- name: climbed
select family, case_key, owner, level, role, why, climbed_at, coalesce(taken.who, ''), taken.at,
       (select reason from desk_act where desk_act.task = 'case:' || family and verb = 'take'
         order by id desc limit 1)
  from desk_case
  left join desk_taken taken on taken.task = 'case:' || family
 where is_open and level > 0
 order by level desc, climbed_at
 limit %(most)s

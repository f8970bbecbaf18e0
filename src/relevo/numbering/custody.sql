-- name: holders_for_update
select number, holder, lower(during)
  from custody
 where number = any(%s) and upper_inf(during)
 order by number
   for update

-- name: close_entries
update custody
   set during = tstzrange(lower(during), wanted.at)
  from unnest(%s::text[], %s::timestamptz[]) as wanted (number, at)
 where custody.number = wanted.number and upper_inf(custody.during)

-- name: open_entries
insert into custody (number, holder, during, ground, caused_by)
select number, holder, tstzrange(at, null), ground, caused_by
  from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[])
    as wanted (number, holder, at, ground, caused_by)

-- name: tie_cards
insert into card_custody (iccid, number, during, caused_by)
select wanted.iccid, wanted.number, tstzrange(wanted.at, null), wanted.caused_by
  from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[])
    as wanted (iccid, number, at, caused_by)
 where not exists (
    select from card_custody now
     where now.iccid = wanted.iccid and now.number = wanted.number and upper_inf(now.during)
 )

-- name: end_cards
update card_custody
   set during = tstzrange(lower(during), greatest(wanted.at, lower(during) + interval '1 microsecond'))
  from unnest(%s::text[], %s::timestamptz[]) as wanted (iccid, at)
 where card_custody.iccid = wanted.iccid and upper_inf(card_custody.during)
returning card_custody.iccid, upper(card_custody.during)

-- name: block_cards
insert into card_block (iccid, at, why, caused_by)
select iccid, at, why, caused_by
  from unnest(%s::text[], %s::timestamptz[], %s::text[], %s::text[])
    as wanted (iccid, at, why, caused_by)
    on conflict (iccid) do nothing

-- name: holder_of
select holder from custody where number = %s and upper_inf(during)

-- name: history
select number, holder, lower(during), upper(during), ground, caused_by
  from custody
 where number = %s
 order by lower(during)

-- name: cards_of
select held.iccid, held.number, lower(held.during), upper(held.during), coalesce(card_block.why, '')
  from card_custody held
  left join card_block using (iccid)
 where held.number = %s
 order by lower(held.during), held.iccid

-- name: held_numbers
select number, holder, lower(during)
  from custody
 where holder >= 'hold:' and holder < 'hold;' and upper_inf(during)
 order by lower(during), number

-- name: held_in_range
select holder, count(*)
  from custody
 where number between %s and %s and length(number) = length(%s) and upper_inf(during)
 group by holder

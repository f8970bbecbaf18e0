-- name: cards_tied
insert into sims_card (process_id, kind, iccid, number, line, order_key, tied_at)
select * from unnest(%(process_ids)s::text[], %(kinds)s::text[], %(iccids)s::text[],
                     %(numbers)s::text[], %(lines)s::text[], %(orders)s::text[],
                     %(times)s::timestamptz[])
on conflict (process_id) do nothing

-- name: processes_of_cards
select iccid, process_id from sims_card
 where iccid = any(%(iccids)s) and kind = 'sims.esim'
 order by iccid, process_id

-- name: known_dispatches
select process_id from sims_card
 where process_id = any(%(process_ids)s) and kind = 'sims.dispatch'

-- name: cards_of_order
select process_id from sims_card where order_key = %(order)s order by process_id

-- name: position
select position from sims_cursor where source = %(source)s

-- name: advance
insert into sims_cursor (source, position) values (%(source)s, %(position)s)
on conflict (source) do update set position = excluded.position
 where sims_cursor.position = %(was)s

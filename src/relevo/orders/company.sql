-- name: add_sheet
insert into company_sheet (order_key, digest, name, document_type, document_number, recipient,
                           rules, numbers, left_out, imported_at)
values (%(order_key)s, %(digest)s, %(name)s, %(document_type)s, %(document_number)s, %(recipient)s,
        %(rules)s, %(numbers)s, %(left_out)s, %(imported_at)s)
    on conflict (order_key) do nothing

-- name: copy_numbers
copy company_number (order_key, place, number, donor, prepaid, donor_iccid, new_iccid, depends_on,
                     decision, wish, changed_at) from stdin

-- name: sheet
select order_key, name, document_type, document_number, recipient, rules, numbers, left_out,
       imported_at, started_at, done_at
  from company_sheet
 where order_key = %(order_key)s

-- name: sheets
select order_key, name, document_type, document_number, recipient, rules, numbers, left_out,
       imported_at, started_at, done_at
  from company_sheet
 order by imported_at desc, order_key
 limit 100

-- name: numbers
select place, number, donor, prepaid, donor_iccid, new_iccid, depends_on, decision, wish, batch,
       state, window_opens, cause, who_acts, changed_at
  from company_number
 where order_key = %(order_key)s
 order by place

-- name: batch_of
select batch from company_number where order_key = %(order_key)s and number = %(number)s

-- name: counts
select state, cause, who_acts, count(*), min(window_opens)
  from company_number
 where order_key = %(order_key)s
 group by state, cause, who_acts
 order by state, cause, who_acts

-- name: move_started
update company_sheet set started_at = %(at)s where order_key = %(order_key)s

-- name: move_done
update company_sheet set done_at = %(at)s where order_key = %(order_key)s

-- name: batch_changes
update company_number
   set state        = coalesce(%(state)s, state),
       donor        = coalesce(%(donor)s, donor),
       window_opens = coalesce(%(window_opens)s, window_opens),
       cause        = coalesce(%(cause)s, cause),
       who_acts     = coalesce(%(who_acts)s, who_acts),
       changed_at   = %(at)s
 where order_key = %(order_key)s and batch = %(batch)s

-- name: numbers_change
update company_number
   set batch        = coalesce(%(batch)s, batch),
       state        = coalesce(%(state)s, state),
       donor        = coalesce(%(donor)s, donor),
       window_opens = coalesce(%(window_opens)s, window_opens),
       cause        = coalesce(%(cause)s, cause),
       who_acts     = coalesce(%(who_acts)s, who_acts),
       changed_at   = %(at)s
 where order_key = %(order_key)s and number = any(%(numbers)s)

-- name: numbers_begin
insert into order_number (order_key, line, number, is_moving)
select %(order_key)s, number, number, true from unnest(%(numbers)s::text[]) as number
    on conflict (order_key, line) do nothing

-- name: numbers_end
update order_number set is_live = false
 where order_key = %(order_key)s and line = any(%(numbers)s)

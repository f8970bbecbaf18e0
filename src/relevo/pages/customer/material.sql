-- name: states
-- Ids compare byte by byte, and "0" follows "/": the range is the family without its root.
select process_id, word, state::text
  from process
 where process_id = %(order)s
    or (process_id > %(order)s || '/' and process_id < %(order)s || '0')

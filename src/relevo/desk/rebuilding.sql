-- name: facts
select process_id, kind, version, at, name, body::text, seq
  from journal
 where name = any(%s::text[])
 order by bucket, seq

-- name: keep
insert into care_document
       (order_key, sha256, received_sha256, name, media_type, content, subject, handed_by, handed_at,
        purpose, keep_until, scan)
values (%(order)s, %(sha256)s, %(received)s, %(name)s, %(media_type)s, %(content)s, %(subject)s, %(by)s, %(at)s,
        %(purpose)s, %(keep_until)s, %(scan)s)
on conflict (order_key, sha256) do update     -- handed in again after its time was over
   set content = excluded.content, erased_at = null, keep_until = excluded.keep_until,
       scan = excluded.scan, handed_at = excluded.handed_at
 where care_document.erased_at is not null and care_document.scan <> 'infected'

-- name: room
select count(*), coalesce(sum(octet_length(content)), 0)
  from care_document where order_key = %(order)s

-- name: of_order
select sha256, name, media_type, coalesce(octet_length(content), 0), subject, handed_by, handed_at,
       purpose, keep_until, erased_at, scan
  from care_document
 where order_key = %(order)s
 order by handed_at, sha256

-- name: one
select name, content from care_document
 where order_key = %(order)s and sha256 = %(sha256)s
   and content is not null and scan in ('off', 'clean')

-- name: waiting
select order_key, sha256, content from care_document
 where scan = 'waiting' and content is not null
 order by handed_at
 limit %(most)s
   for update skip locked

-- name: scanned
update care_document
   set scan = %(scan)s,
       content   = case when %(scan)s = 'infected' then null else content end,
       erased_at = case when %(scan)s = 'infected' then %(at)s else erased_at end
 where order_key = %(order)s and sha256 = %(sha256)s

-- name: over
select order_key, sha256 from care_document
 where erased_at is null and keep_until <= %(at)s
 order by keep_until
 limit %(most)s
   for update skip locked

-- name: erase
update care_document set content = null, erased_at = %(at)s
 where order_key = %(order)s and sha256 = %(sha256)s

-- name: open
insert into order_draft (draft_hash, content, changed_at, expires_at)
values (%(hash)s, %(content)s, %(at)s, %(expires)s)

-- name: read
select version, content, expires_at, order_key
  from order_draft
 where draft_hash = %(hash)s and expires_at > %(at)s

-- name: lock
select version, content, expires_at, order_key
  from order_draft
 where draft_hash = %(hash)s and expires_at > %(at)s
   for update

-- name: keep
update order_draft
   set version = version + 1, content = %(content)s, changed_at = %(at)s, expires_at = %(expires)s
 where draft_hash = %(hash)s and version = %(version)s and order_key = '' and expires_at > %(at)s
returning version

-- name: close
update order_draft
   set version = version + 1, content = %(content)s, order_key = %(order_key)s,
       changed_at = %(at)s, expires_at = %(expires)s
 where draft_hash = %(hash)s

-- name: drop
delete from order_draft where draft_hash = %(hash)s

-- name: forget_expired
delete from order_draft
 where draft_hash in (select draft_hash from order_draft
                       where expires_at <= %(at)s
                       order by expires_at
                       limit %(most)s
                         for update skip locked)

-- name: files_about
-- The daily files of a hub in a span, and how each differed from this request. Few: one a day.
select f.name, f.published_at, coalesce(d.what, 'agrees'), coalesce(d.theirs, '')
  from reconciled_file f
  left join reconciled_difference d
         on d.hub = f.hub and d.name = f.name and d.process_id = %(process_id)s
 where f.hub = %(hub)s and f.published_at between %(since)s and %(until)s
 order by f.published_at desc
 limit %(most)s

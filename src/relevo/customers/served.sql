-- name: lines
select number, operator, document_type, document_number, holder_name, is_prepaid, status,
       is_own_range, iccid, ceased_at, contact, email, language, depends_on, ends_along
  from served_line
 where number = any(%(numbers)s)
 order by number

-- name: dependants
select number, operator, document_type, document_number, holder_name, is_prepaid, status,
       is_own_range, iccid, ceased_at, contact, email, language, depends_on, ends_along
  from served_line
 where depends_on = any(%(numbers)s) and status in ('active', 'barred_lost')
 order by number

-- name: serves_anything
select exists (select from served_line where status <> 'gone')

-- name: count
select status, count(*) from served_line group by status order by status

-- name: load
insert into served_line (
    number, operator, document_type, document_number, holder_name, is_prepaid, status,
    is_own_range, iccid, ceased_at, contact, email, language, depends_on, ends_along,
    changed_at, changed_by)
select number, operator, document_type, document_number, holder_name, is_prepaid, status,
       is_own_range, iccid, ceased_at, contact, email, language, depends_on,
       coalesce(string_to_array(nullif(ends_along, ''), '|'), '{}'), %(at)s::timestamptz, %(by)s::text
  from unnest(%(number)s::text[], %(operator)s::text[], %(document_type)s::text[],
              %(document_number)s::text[], %(holder_name)s::text[], %(is_prepaid)s::boolean[],
              %(status)s::text[], %(is_own_range)s::boolean[], %(iccid)s::text[],
              %(ceased_at)s::timestamptz[], %(contact)s::text[], %(email)s::text[],
              %(language)s::text[], %(depends_on)s::text[], %(ends_along)s::text[])
    as row (number, operator, document_type, document_number, holder_name, is_prepaid, status,
            is_own_range, iccid, ceased_at, contact, email, language, depends_on, ends_along)
    on conflict (number) do update
   set operator = excluded.operator,
       document_type = excluded.document_type,
       document_number = excluded.document_number,
       holder_name = excluded.holder_name,
       is_prepaid = excluded.is_prepaid,
       status = excluded.status,
       is_own_range = excluded.is_own_range,
       iccid = excluded.iccid,
       ceased_at = excluded.ceased_at,
       contact = excluded.contact,
       email = excluded.email,
       language = excluded.language,
       depends_on = excluded.depends_on,
       ends_along = excluded.ends_along,
       changed_at = excluded.changed_at,
       changed_by = excluded.changed_by
 where (served_line.changed_by = 'load' or %(over_facts)s::boolean or served_line.changed_at < %(as_of)s::timestamptz)
   and (served_line.operator, served_line.document_type, served_line.document_number,
        served_line.holder_name, served_line.is_prepaid, served_line.status,
        served_line.is_own_range, served_line.iccid, served_line.ceased_at, served_line.contact,
        served_line.email, served_line.language, served_line.depends_on, served_line.ends_along)
       is distinct from
       (excluded.operator, excluded.document_type, excluded.document_number,
        excluded.holder_name, excluded.is_prepaid, excluded.status,
        excluded.is_own_range, excluded.iccid, excluded.ceased_at, excluded.contact,
        excluded.email, excluded.language, excluded.depends_on, excluded.ends_along)
returning number

-- name: stand
update served_line
   set status     = now.status,
       ceased_at  = case when now.status = 'ceased' then now.at else served_line.ceased_at end,
       changed_at = now.at,
       changed_by = now.caused_by
  from unnest(%(number)s::text[], %(status)s::text[], %(at)s::timestamptz[], %(caused_by)s::text[],
              %(operator)s::text[])
    as now (number, status, at, caused_by, operator)
 where served_line.number = now.number and now.operator in ('', served_line.operator)

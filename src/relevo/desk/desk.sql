-- name: begin
insert into desk_trouble (family, kind, subject, process_id, detail, since)
select *
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
    on conflict (family, kind, subject) do update
   set detail = excluded.detail

-- name: end
delete from desk_trouble
 where family = %s and kind = any(%s) and (%s or subject = any(%s))

-- name: dated
insert into desk_day (family, line, opens)
select * from unnest(%s::text[], %s::text[], %s::timestamptz[])
    on conflict (family, line) do update set opens = excluded.opens

-- name: undated
delete from desk_day where family = %s and (%s or line = any(%s))

-- name: take
insert into desk_taken (task, who, at) values (%s, %s, %s)
    on conflict (task) do update set task = excluded.task
returning who

-- name: release
delete from desk_taken where task = %s and who = %s

-- name: dismiss_stray
delete from stray_news where source = %s and notice_id = %s

-- name: note
insert into desk_act (at, who, verb, task, reason) values (%s, %s, %s, %s, %s)

-- name: acts_of
select at, who, verb, reason from desk_act where task = %s order by id

-- name: keep_exchange
insert into wire_exchange (at, hub, operation, key, took_ms, verdict, sent, received)
values (%s, %s, %s, %s, %s, %s, %s, %s)

-- name: exchanges
select at, hub, operation, key, took_ms, verdict, sent, received
  from wire_exchange
 where key = any(%s)
 order by at, id
 limit %s

-- name: forget_exchanges
delete from wire_exchange
 where id in (select id from wire_exchange where at < %s order by id limit %s)

-- name: keys_of_port
select contract_code, reference, number
  from port
 where contract_code = %(asked)s or reference = %(asked)s or number = %(asked)s
    or process_id = %(asked)s or process_id like %(asked)s || '/%%'
union all
select '', reference, numbers[1]
  from port_out
 where reference = %(asked)s or process_id = %(asked)s or numbers @> array[%(asked)s::text]
 order by 1, 2

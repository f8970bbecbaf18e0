-- name: keep
insert into activation_test_call
       (subject, origin, at, code, phrase, cause, emitter, is_announcement, rang, took_ms)
select new.subject, new.origin, new.at, new.code, new.phrase, new.cause, new.emitter,
       new.is_announcement, new.rang, new.took_ms
  from jsonb_to_recordset(%s::jsonb) as new (
       subject text, origin text, at timestamptz, code smallint, phrase text, cause smallint,
       emitter text, is_announcement boolean, rang boolean, took_ms integer)
  left join lateral (
       select before.code, before.cause, before.emitter, before.is_announcement, before.rang
         from activation_test_call before
        where before.subject = new.subject and before.origin = new.origin
        order by before.at desc
        limit 1
       ) last on true
 where last.emitter is null
    or (last.code, last.cause, last.emitter, last.is_announcement, last.rang)
       is distinct from (new.code, new.cause, new.emitter, new.is_announcement, new.rang)
    on conflict do nothing

-- name: heard_of
select subject, origin, at, took_ms, code, phrase, cause, emitter, is_announcement, rang
  from activation_test_call
 where subject = %s
 order by at, origin

-- name: load_processes
select process_id, kind, kind_version, word, version, emitted, paused, state::text
from process
where process_id = any(%(ids)b);

-- name: load_timers
select process_id, name, armed
from timer
where process_id = any(%(ids)b);

-- name: put_facts
-- The fence in front of this has taken the numbers of these facts; if it failed, none is written.
insert into journal (bucket, seq, process_id, version, kind, kind_version, at, name, body, caused_by)
select %(bucket)s::smallint, numbers.before + place, process_id, version, kind, kind_version, at, name,
       body::jsonb, caused_by
from (
    select last_seq - %(facts)s::bigint as before from lease
    where bucket = %(bucket)s and worker = %(worker)s and token = %(token)s
) as numbers
cross join unnest(%(process_id)b::text[], %(version)b::bigint[], %(kind)b::text[],
                  %(kind_version)b::integer[], %(at)b::timestamptz[], %(name)b::text[],
                  %(body)b::text[], %(caused_by)b::text[])
  with ordinality
  as given (process_id, version, kind, kind_version, at, name, body, caused_by, place);

-- name: put_effects
insert into outbox (effect_id, bucket, wave, process_id, kind, name, body, at, due, trace)
select effect_id, %(bucket)s::smallint, wave, process_id, kind, name, body, at, at, trace
from unnest(%(effect_id)b::text[], %(wave)b::integer[], %(process_id)b::text[], %(kind)b::text[],
            %(name)b::text[], %(body)b::text[], %(at)b::timestamptz[], %(trace)b::text[])
  with ordinality as given (effect_id, wave, process_id, kind, name, body, at, trace, place)
order by place;

-- name: add_processes
-- One that is there already was made by another writer meanwhile: it is not counted.
insert into process (process_id, bucket, kind, kind_version, word, version, emitted, phase, rules,
                     state, paused, changed_at)
select process_id, %(bucket)s::smallint, kind, kind_version, word, version, emitted, phase, rules,
       state::jsonb, paused, changed_at
from unnest(%(process_id)b::text[], %(kind)b::text[],
            %(kind_version)b::integer[], %(word)b::text[], %(version)b::bigint[],
            %(emitted)b::bigint[], %(phase)b::text[], %(rules)b::text[], %(state)b::text[],
            %(paused)b::boolean[], %(changed_at)b::timestamptz[])
  as given (process_id, kind, kind_version, word, version, emitted, phase, rules,
            state, paused, changed_at)
on conflict (process_id) do nothing;

-- name: change_processes
-- Each only over the version that was read: what another writer changed meanwhile is not counted.
update process
set kind_version = given.kind_version, word = given.word, version = given.version,
    emitted = given.emitted, phase = given.phase, rules = given.rules,
    state = given.state::jsonb, paused = given.paused, changed_at = given.changed_at
from unnest(%(process_id)b::text[], %(kind_version)b::integer[], %(word)b::text[],
            %(version)b::bigint[], %(emitted)b::bigint[], %(phase)b::text[], %(rules)b::text[],
            %(state)b::text[], %(paused)b::boolean[], %(changed_at)b::timestamptz[],
            %(was_version)b::bigint[], %(was_emitted)b::bigint[])
  as given (process_id, kind_version, word, version, emitted, phase, rules, state, paused,
            changed_at, was_version, was_emitted)
where process.process_id = given.process_id
  and process.version = given.was_version and process.emitted = given.was_emitted;

-- name: put_timers
insert into timer (process_id, name, bucket, kind, due, armed, fired)
select process_id, name, %(bucket)s::smallint, kind, due, armed, fired
from unnest(%(process_id)b::text[], %(name)b::text[], %(kind)b::text[], %(due)b::timestamptz[],
            %(armed)b::bigint[], %(fired)b::boolean[])
  as given (process_id, name, kind, due, armed, fired)
on conflict (process_id, name, bucket) do update
set due = excluded.due, armed = excluded.armed, fired = excluded.fired;

-- name: drop_timers
delete from timer
using unnest(%(process_id)b::text[], %(name)b::text[]) as gone (process_id, name)
where timer.process_id = gone.process_id and timer.name = gone.name;

-- name: drop_all_timers
delete from timer where process_id = any(%(ids)b);

-- name: put_handled
insert into handled (message_id, bucket, at)
select * from unnest(%(message_id)b::text[], %(bucket)b::smallint[], %(at)b::timestamptz[])
on conflict do nothing;

-- name: have_fired
update timer set fired = true
from unnest(%(process_id)b::text[], %(name)b::text[], %(armed)b::bigint[])
  as given (process_id, name, armed)
where timer.process_id = given.process_id and timer.name = given.name
  and timer.armed = given.armed;

-- name: put_refusals
insert into refusal (message_id, bucket, process_id, name, at, reason, detail)
select * from unnest(%(message_id)b::text[], %(bucket)b::smallint[], %(process_id)b::text[],
                     %(name)b::text[], %(at)b::timestamptz[], %(reason)b::text[],
                     %(detail)b::text[])
on conflict do nothing;

-- name: put_parked
insert into parked (parked_id, bucket, role, process_id, kind, name, body, at, external, reason,
                    parked_at)
select message_id, bucket, 'message', process_id, kind, name, body, at, external, reason,
       %(now)s::timestamptz
from unnest(%(message_id)b::text[], %(bucket)b::smallint[], %(process_id)b::text[],
            %(kind)b::text[], %(name)b::text[], %(body)b::text[], %(at)b::timestamptz[],
            %(external)b::boolean[], %(reason)b::text[])
  as given (message_id, bucket, process_id, kind, name, body, at, external, reason)
on conflict do nothing;

-- All that waits for a person, as one relation, cut to what is asked for. Each source is small or has
-- an index by which it is asked; order and limit are the database's.

-- name: tasks
with waiting as (
    select trouble.kind || ':' || trouble.family || ':' || trouble.subject as id, 'trouble' as queue,
           trouble.kind as kind, trouble.family as of_order,
           case when trouble.subject = trouble.family then '' else trouble.subject end as line,
           coalesce(order_number.number, '') as number, trouble.detail as detail,
           trouble.since as since, day.opens as due
      from desk_trouble trouble
      left join desk_day day on day.family = trouble.family and day.line = trouble.subject
      left join order_number
        on order_number.order_key = trouble.family and order_number.line = trouble.subject
     where (%(queues)s::text[] is null or 'trouble' = any(%(queues)s))
       and (%(kinds)s::text[] is null or trouble.kind = any(%(kinds)s))
       and (%(order)s <> '' or not exists (
            select from desk_fault_member told join desk_fault using (fault)
             where told.family = trouble.family and ended_at is null
               and desk_fault.kind = trouble.kind and desk_fault.cause in ('', trouble.detail)))
    union all
    select 'fault:' || fault, 'fault', kind, '', '', '', cause, opened_at, next_update
      from desk_fault
     where ended_at is null and (%(queues)s::text[] is null or 'fault' = any(%(queues)s))
    union all
    select 'answer:' || reference, 'answer', 'port_out', split_part(process_id, '/', 1), '', numbers[1],
           task || case cause when '' then '' else ' ' || cause end, changed_at,
           case when answer_until > changed_at then answer_until else window_opens end
      from port_out
     where is_open and task <> '' and (%(queues)s::text[] is null or 'answer' = any(%(queues)s))
    union all
    select 'return:' || process_id, 'return', 'number_return', split_part(process_id, '/', 1), '', number,
           task, changed_at, window_opens
      from number_return
     where is_open and task <> '' and (%(queues)s::text[] is null or 'return' = any(%(queues)s))
    union all
    select 'return:' || process_id, 'return', 'migration', split_part(process_id, '/', 1), '', '',
           task, changed_at, ends_by
      from migration
     where is_open and task <> '' and (%(queues)s::text[] is null or 'return' = any(%(queues)s))
    union all
    select 'undue:' || process_id, 'return', 'undue_port', split_part(process_id, '/', 1), '', number,
           case task when '' then 'blocked: find out whether it was stolen, then settle it' else task end,
           changed_at, blocked_until
      from undue_port
     where is_open and (task <> '' or state = 'blocked') and (%(queues)s::text[] is null or 'return' = any(%(queues)s))
    union all
    select 'stray:' || source || ':' || notice_id, 'stray', source, '', '', '', said, received_at, null
      from stray_news
     where %(queues)s::text[] is null or 'stray' = any(%(queues)s)
    union all
    select 'parked:' || parked_id, 'parked', name, split_part(process_id, '/', 1),
           case when process_id like '%%/%%/%%' then split_part(process_id, '/', 3) else '' end, '',
           regexp_replace(trim(reason), '\s+', ' ', 'g'), parked_at, null
      from parked
     where %(queues)s::text[] is null or 'parked' = any(%(queues)s)
    union all
    select 'promise:' || process_id, 'promise', what, family, '', '', owner, made_at, due
      from desk_promise
     where state = 'at_risk' and (%(queues)s::text[] is null or 'promise' = any(%(queues)s))
    union all
    -- At the top of the ladder, and no word promised: nothing drives it but whoever reads this line.
    select 'case:' || family, 'case', case when level >= 3 and following.due is null then 'no_clock' else 'case' end,
           family, '', '', role || ' ' || why, climbed_at,
           case when level >= 3 then coalesce(following.due, climbed_at) else following.due end
      from desk_case
      left join lateral (select min(due) as due from desk_promise
                          where desk_promise.family = desk_case.family and state in ('made', 'at_risk'))
           as following on true
     where is_open and level > 0 and (%(queues)s::text[] is null or 'case' = any(%(queues)s))
    union all
    select 'complaint:' || family || '/' || complaint, 'complaint', 'complaint_' || state, family, '', '',
           complaint, filed_at, due
      from desk_complaint
     where state in ('open', 'near', 'overdue') and (%(queues)s::text[] is null or 'complaint' = any(%(queues)s))
)
select id, queue, kind, of_order, line, number, detail, since, due, coalesce(taken.who, '')
  from waiting
  left join desk_taken taken on taken.task = waiting.id
 where (%(kinds)s::text[] is null or kind = any(%(kinds)s)) and (%(detail)s = '' or detail = %(detail)s)
   and (%(order)s = '' or of_order = %(order)s)
   and (%(who)s = '' or coalesce(taken.who, '') = case %(who)s when '-' then '' else %(who)s end)
   and (%(due_before)s::timestamptz is null or due < %(due_before)s)
   and (%(ids)s::text[] is null or waiting.id = any(%(ids)s))
 order by due nulls last, since, id
 limit %(most)s

-- name: held
-- Numbers in a hold: the one that was cut first has to be rescued first. Said as a range, which an
-- index may answer behind the wall (numbering/schema/0002).
select custody.number, custody.holder, lower(custody.during), coalesce(taken.who, '')
  from custody
  left join desk_taken taken on taken.task = 'rescue:' || custody.number
 where custody.holder >= 'hold:' and custody.holder < 'hold;' and upper_inf(custody.during)
   and (%(detail)s = '' or custody.holder = 'hold:' || %(detail)s)
   and (%(who)s = '' or coalesce(taken.who, '') = case %(who)s when '-' then '' else %(who)s end)
   and (%(ids)s::text[] is null or 'rescue:' || custody.number = any(%(ids)s))
 order by lower(custody.during), custody.number
 limit %(most)s

-- name: counts
-- How much lies in each queue, counted no further than a limit: more than that is a flood.
select 'trouble', kind, count(*)
  from (select kind from desk_trouble trouble
         where not exists (select from desk_fault_member told join desk_fault using (fault)
                            where told.family = trouble.family and ended_at is null
                              and desk_fault.kind = trouble.kind and desk_fault.cause in ('', trouble.detail))
         limit %(most)s) as counted
 group by kind
union all
select 'fault', '', count(*) from (select from desk_fault where ended_at is null limit %(most)s) as counted
union all
select 'answer', '', count(*) from (select from port_out where is_open and task <> '' limit %(most)s) as counted
union all
select 'return', '', count(*) from (
    select from number_return where is_open and task <> ''
    union all select from migration where is_open and task <> ''
    union all select from undue_port where is_open and (task <> '' or state = 'blocked')
    limit %(most)s) as counted
union all
select 'rescue', '', count(*) from (
    select from custody where holder >= 'hold:' and holder < 'hold;' and upper_inf(during) limit %(most)s) as counted
union all
select 'stray', '', count(*) from (select from stray_news limit %(most)s) as counted
union all
select 'parked', '', count(*) from (select from parked limit %(most)s) as counted
union all
select 'promise', '', count(*) from (select from desk_promise where state = 'at_risk' limit %(most)s) as counted
union all
select 'case', '', count(*) from (select from desk_case where is_open and level > 0 limit %(most)s) as counted
union all
select 'complaint', '', count(*) from (
    select from desk_complaint where state in ('open', 'near', 'overdue') limit %(most)s) as counted

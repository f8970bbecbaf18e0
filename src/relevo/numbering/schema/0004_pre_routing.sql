-- How a call to a number goes on, for switches that ask with every call.
--
-- Who has a number of ours is not written a second time: it is read from custody, which changes in
-- the transaction of the facts that move the number. Of all others the hub's files tell.

-- The routing numbers of operators, by the beginning of the called number: mobile and fixed ones
-- differ.
create table routing_operator (
    operator        text    collate "C" not null,
    prefix          text    collate "C" not null,
    routing_number  text    collate "C" not null,
    is_us           boolean not null,
    primary key (operator, prefix)
);

-- Blocks of numbers, and the operator to whom the regulator gave them.
create table routing_range (
    prefix    text collate "C" not null primary key,
    operator  text collate "C" not null
);

-- Ported numbers of the whole country, as the hub's files have them.
create table routing_ported (
    number          text collate "C" not null primary key,
    routing_number  text collate "C" not null
);

-- The last of those files.
create table routing_file (
    only_one  boolean     not null primary key default true check (only_one),
    kind      text        not null,
    sequence  bigint      not null,
    taken_at  timestamptz not null
);

-- One row for every number that is asked for, also for those that nobody knows:
--   in    it is ours: our own switch knows whether anybody has it
--   none  it is ours, and in nobody's service: held after a cut, or at rest
--   out   it goes to another network: with its routing number, or as its range says where that is
--         empty
-- What custody says of a number of ours is newer than any file. Of numbers of others the file is the
-- newer word. An error is no answer. Whoever asks needs no right to the tables.
create function number_route(asked text, out status text, out routing_number text)
    returns record language sql stable parallel safe security definer set search_path = public
as $$
    with held as (
        select regexp_replace(holder, '^(hold|range):', '') as operator, holder !~ ':' as is_served
          from custody
         where number = asked and upper_inf(during)
    ), filed as (
        select ported.routing_number,
               (select min(operator) from routing_operator own
                 where own.routing_number = ported.routing_number) as operator
          from routing_ported ported
         where ported.number = asked
    ), known as (
        select coalesce(held.operator, filed.operator,
                        case when filed.routing_number is null then (
                            select operator from routing_range
                             where prefix = any (select left(asked, n) from generate_series(2, 16) n)
                             order by length(prefix) desc
                             limit 1) end) as operator,
               held.operator as holder,
               held.is_served,
               filed.routing_number,
               filed.operator as filed_for
          from (values (1)) as always
          left join held on true
          left join filed on true
    ), ours as (
        select distinct operator from routing_operator where is_us
    )
    select case when known.operator is null or known.operator not in (select operator from ours)
                then 'out'
                when known.is_served is false then 'none'
                else 'in' end,
           case when known.operator in (select operator from ours) then ''
                else coalesce(
                    case when known.filed_for is null or known.filed_for not in (select operator from ours)
                         then known.routing_number end,
                    (select own.routing_number from routing_operator own
                      where own.operator = known.holder
                        and own.prefix = any (select left(asked, n) from generate_series(2, 16) n)
                      order by length(own.prefix) desc
                      limit 1),
                    '') end
      from known
$$;
revoke all on function number_route(text) from public;

-- The brands of a group in one installation: who works for which, what belongs to which, and every
-- look of one at what is another's. The wall itself (wall.sql) is raised by a command.

create table brand (
    name   text        not null primary key,          -- the operator's name at the hubs
    label  text        not null,
    since  timestamptz not null default clock_timestamp()
);

create table staff (
    name       text    collate "C" not null primary key,
    brand      text    not null references brand (name),
    is_active  boolean not null default true
);

create table staff_role (
    staff  text collate "C" not null references staff (name),
    role   text not null,
    primary key (staff, role)
);

-- What a role may do. Data: a group that divides its work otherwise changes rows, with a trace.
create table role_right (
    role         text not null,
    staff_right  text not null,
    primary key (role, staff_right)
);
insert into role_right (role, staff_right) values
    ('agent',         'read_orders'),
    ('agent',         'hand_over'),
    ('porting',       'read_orders'),
    ('porting',       'read_strays'),
    ('porting',       'hand_over'),
    ('logistics',     'read_orders'),
    ('network',       'read_orders'),
    ('duty_manager',  'read_orders'),
    ('duty_manager',  'hand_over'),
    ('duty_manager',  'look_across'),
    ('auditor',       'read_looks'),
    ('administrator', 'administer_staff');

-- Who is signed in. The ticket itself is nowhere but with its holder.
create table staff_session (
    ticket_sha256  bytea       not null primary key,
    staff          text        collate "C" not null references staff (name),
    opened_at      timestamptz not null default clock_timestamp(),
    expires_at     timestamptz not null,
    ended_at       timestamptz
);

-- Which brands an order, a request or a wish concerns: its own, and in a move within the group the
-- other one too. Written with the facts themselves (brands/projections.py).
create table brand_family (
    family  text        collate "C" not null,
    brand   text        not null,
    part    text        not null check (part in ('recipient', 'donor')),
    since   timestamptz not null,
    primary key (family, brand)
);
create index brand_family_by_brand on brand_family (brand, since);

-- Each look across the wall, granted or not. What it opens is seen by later transactions only, so
-- that nobody sees anything of which no trace is left.
create table brand_look (
    id             bigint      generated always as identity primary key,
    at             timestamptz not null default clock_timestamp(),
    staff          text        collate "C" not null,
    brand          text        not null,
    subject        text        collate "C" not null,   -- an order's key, or a number
    reason         text        not null,
    outcome        text        not null check (outcome in ('opened', 'not_allowed', 'not_found')),
    until          timestamptz not null,
    ticket_sha256  bytea       not null,
    asked_in       xid8        not null default pg_current_xact_id()
);
create index brand_look_by_ticket on brand_look (ticket_sha256);

create table brand_look_family (
    look    bigint not null references brand_look (id),
    family  text   collate "C" not null,
    primary key (look, family)
);

-- What was done with brands, people and rights.
create table brand_act (
    id       bigint      generated always as identity primary key,
    at       timestamptz not null default clock_timestamp(),
    who      text        not null,
    verb     text        not null,
    subject  text        not null,
    reason   text        not null
);

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception '% is a record: it is added to, and never changed', tg_table_name
        using errcode = 'integrity_constraint_violation', table = tg_table_name;
end
$$;
create trigger a_look_is_for_ever before update or delete or truncate on brand_look
    for each statement execute function refuse_rewriting();
create trigger what_was_seen_is_for_ever before update or delete or truncate on brand_look_family
    for each statement execute function refuse_rewriting();
create trigger an_act_is_for_ever before update or delete or truncate on brand_act
    for each statement execute function refuse_rewriting();

-- The connection of a page says nothing but a ticket. Who that is, for which brand and with which
-- rights follows from it here, where the page's account cannot reach.
create function session_now() returns staff_session
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select s
      from staff_session s
      join staff on staff.name = s.staff
     where s.ticket_sha256 = sha256(convert_to(current_setting('relevo.ticket', true), 'UTF8'))
       and s.ended_at is null and s.expires_at > clock_timestamp() and staff.is_active
$$;

create function staff_now() returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select (session_now()).staff
$$;

create function brand_now() returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select brand from staff where name = staff_now()
$$;

create function rights_now() returns setof text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select distinct role_right.staff_right
      from staff_role join role_right using (role)
     where staff_role.staff = staff_now()
$$;

create function may_now(wanted text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from rights_now() as held where held = wanted)
$$;

-- What this session's looks have opened, and are open still.
create function looks_now() returns setof brand_look
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l
      from brand_look l
     where l.ticket_sha256 = (session_now()).ticket_sha256
       and l.outcome = 'opened'
       and l.until > clock_timestamp()
       and l.asked_in is distinct from pg_current_xact_id_if_assigned()
       and may_now('look_across')
$$;

create function looked_families() returns setof text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select f.family from looks_now() as open_look join brand_look_family f on f.look = open_look.id
$$;

create function looked_numbers() returns setof text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select open_look.subject from looks_now() as open_look where open_look.subject like '+%'
$$;

-- Ask to see what is another brand's. It answers with the number of the trace and nothing else:
-- whether there is anything to see shows afterwards.
create function ask_look(wanted text, because text) returns bigint
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    asked_at  timestamptz := clock_timestamp();
    mine      staff_session := session_now();
    home      text := brand_now();
    found     text[] := '{}';
    verdict   text := 'not_allowed';
    trace     bigint;
begin
    if mine.staff is null then
        raise exception 'nobody is signed in with this ticket' using errcode = 'insufficient_privilege';
    end if;
    if length(trim(because)) < 8 then
        raise exception 'reason: say in a few words why you look' using errcode = 'check_violation';
    end if;
    if may_now('look_across') then
        select coalesce(array_agg(distinct of_group.family), '{}') into found
          from (select wanted as family
                union select order_key from order_number where number = wanted
                union select split_part(process_id, '/', 1) from port where number = wanted
                union select split_part(process_id, '/', 1) from multiple_port_number
                       where number = wanted
                union select split_part(process_id, '/', 1) from port_out
                       where numbers @> array[wanted] and is_open
                union select split_part(process_id, '/', 1) from cease_wish
                       where number = wanted and is_open) as named
          join brand_family of_group on of_group.family = named.family
          join brand on brand.name = of_group.brand;
        verdict := case
            when found <> '{}' then 'opened'
            when exists (select from served_line join brand on brand.name = served_line.operator
                          where served_line.number = wanted) then 'opened'
            else 'not_found'
        end;
    end if;
    insert into brand_look (at, staff, brand, subject, reason, outcome, until, ticket_sha256)
    values (asked_at, mine.staff, home, wanted, trim(because), verdict,
            least(asked_at + interval '30 minutes', mine.expires_at), mine.ticket_sha256)
    returning id into trace;
    insert into brand_look_family (look, family) select trace, unnest(found);
    return trace;
end
$$;

-- Whether a look went into what is the brand's of who asks now.
create function looks_into_own(look_id bigint) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from brand_look_family f join brand_family using (family)
                    where f.look = look_id and brand_family.brand = brand_now())
        or exists (select from brand_look l join served_line on served_line.number = l.subject
                    where l.id = look_id and served_line.operator = brand_now())
$$;

-- For the sign-in only: 244 bits that nobody can guess.
create function open_session(for_staff text, for_minutes integer) returns text
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    ticket text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
    insert into staff_session (ticket_sha256, staff, expires_at)
    select sha256(convert_to(ticket, 'UTF8')), name,
           clock_timestamp() + make_interval(mins => for_minutes)
      from staff where name = for_staff and is_active;
    if not found then
        raise exception 'nobody called % works here', for_staff using errcode = 'no_data_found';
    end if;
    return ticket;
end
$$;

create function end_session() returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    update staff_session set ended_at = clock_timestamp()
     where ticket_sha256 = (session_now()).ticket_sha256
$$;

revoke execute on function
    session_now(), staff_now(), brand_now(), rights_now(), may_now(text), looks_now(),
    looked_families(), looked_numbers(), looks_into_own(bigint), ask_look(text, text), open_session(text, integer),
    end_session()
from public;

-- Orders and requests that are there already: each has an owner, and nobody else.
insert into brand_family (family, brand, part, since)
select split_part(process_id, '/', 1), min(recipient), 'recipient', min(changed_at)
  from port group by 1
union all
select split_part(process_id, '/', 1), min(recipient), 'recipient', min(changed_at)
  from multiple_port group by 1
union all
select order_key, recipient, 'recipient', imported_at from company_sheet
union all
select process_id, state ->> 'recipient', 'recipient', changed_at
  from process where kind = 'orders.order' and state ->> 'recipient' <> ''
on conflict do nothing;

insert into brand_family (family, brand, part, since)
select split_part(process_id, '/', 1), donor, 'donor', changed_at from port_out
union all
select split_part(cease_wish.process_id, '/', 1), served_line.operator, 'donor', cease_wish.changed_at
  from cease_wish join served_line using (number)
on conflict do nothing;

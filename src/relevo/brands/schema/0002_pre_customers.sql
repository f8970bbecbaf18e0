-- Customers read behind the same wall: the ticket of a customer opens his order, and nothing else.
-- And sessions of staff end when nobody uses them, and are half open until the second factor is seen.

alter table staff_session
    add column seen_at        timestamptz not null default clock_timestamp(),
    add column idle_minutes   integer,                           -- null: it ends at expires_at only
    add column awaits_factor  boolean     not null default false; -- the password was right, no more

create table customer_session (
    ticket_sha256  bytea       not null primary key,
    order_key      text        collate "C" not null,
    opened_at      timestamptz not null default clock_timestamp(),
    seen_at        timestamptz not null default clock_timestamp(),
    idle_minutes   integer     not null,
    expires_at     timestamptz not null,
    ended_at       timestamptz
);
create index customer_session_by_order on customer_session (order_key) where ended_at is null;
create index staff_session_by_staff on staff_session (staff) where ended_at is null;

create or replace function session_now() returns staff_session
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select s
      from staff_session s
      join staff on staff.name = s.staff
     where s.ticket_sha256 = sha256(convert_to(current_setting('relevo.ticket', true), 'UTF8'))
       and s.ended_at is null and s.expires_at > clock_timestamp() and staff.is_active
       and not s.awaits_factor
       and (s.idle_minutes is null
            or s.seen_at > clock_timestamp() - make_interval(mins => s.idle_minutes))
$$;

create function roles_now() returns setof text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select role from staff_role where staff = staff_now()
$$;

-- The order that a customer's ticket opens; null for everybody else.
create function order_now() returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select s.order_key
      from customer_session s
     where s.ticket_sha256 = sha256(convert_to(current_setting('relevo.ticket', true), 'UTF8'))
       and s.ended_at is null and s.expires_at > clock_timestamp()
       and s.seen_at > clock_timestamp() - make_interval(mins => s.idle_minutes)
$$;

create or replace function end_session() returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    update staff_session set ended_at = clock_timestamp()
     where ticket_sha256 = (session_now()).ticket_sha256;
    update customer_session set ended_at = clock_timestamp()
     where ticket_sha256 = sha256(convert_to(current_setting('relevo.ticket', true), 'UTF8'))
       and ended_at is null
$$;

revoke execute on function roles_now(), order_now() from public;

-- How staff and customers come in. No password, code or link lies here in a form that opens a door:
-- passwords are argon2 hashes; keys of second factors and links are made from a secret of the site
-- that is not in the database; one-time codes and recovery codes are kept as keyed hashes.

create table staff_account (
    staff          text        collate "C" not null primary key references staff (name),
    password_hash  text        not null,
    changed_at     timestamptz not null
);

-- The key of an authenticator is made from the salt and the site's secret.
create table staff_second_factor (
    staff         text        collate "C" not null primary key references staff (name),
    salt          bytea       not null,
    begun_at      timestamptz not null,
    confirmed_at  timestamptz,                     -- null: shown as a picture, not yet proven
    last_step     bigint      not null default 0   -- of the last code that was taken: no code twice
);

create table staff_recovery_code (
    staff     text        collate "C" not null references staff (name),
    code_mac  bytea       not null,
    made_at   timestamptz not null,
    used_at   timestamptz,
    primary key (staff, code_mac)
);

-- Roles that do not come in by a password alone. Data, as role_right is.
create table second_factor_role (
    role  text not null primary key
);
insert into second_factor_role (role) values
    ('porting'), ('duty_manager'), ('auditor'), ('administrator');

-- Tries at whatever can be guessed. The subject (a name, an address, an order) is kept as a hash.
create table guess_count (
    scope           text        not null,
    subject_sha256  bytea       not null,
    tries           integer     not null,
    last_at         timestamptz not null,
    free_at         timestamptz not null,          -- the next try is heard from then on
    primary key (scope, subject_sha256)
);
create index guess_count_by_age on guess_count (last_at);

-- A sign-in that went to the identity provider and is expected back, in the same browser.
create table openid_errand (
    state_sha256  bytea       not null primary key,
    nonce         text        not null,
    verifier      text        not null,
    next_path     text        not null,
    expires_at    timestamptz not null
);

-- Orders whose link was made anew: only the latest generation opens. No row: the first one does.
create table customer_link (
    order_key   text        collate "C" not null primary key,
    generation  integer     not null,
    renewed_at  timestamptz not null
);

create table customer_code (
    order_key   text        collate "C" not null primary key,
    salt        bytea       not null,
    code_mac    bytea       not null,
    asked_at    timestamptz not null,
    expires_at  timestamptz not null,
    tries       integer     not null default 0,
    used_at     timestamptz
);

-- Every look at a customer's file, every act, and every coming and going at the door.
create table access_trace (
    id       bigint      generated always as identity primary key,
    at       timestamptz not null,
    who      text        collate "C" not null,      -- a member of staff; 'customer'; '' unknown
    brand    text        not null,
    verb     text        not null,                  -- 'look', or what was done
    family   text        collate "C" not null,      -- an order's key; '' when it is about none
    subject  text        not null,                  -- a number, a name, a line
    page     text        not null,
    reason   text        not null
);
create index access_trace_by_family on access_trace (family, at) where family <> '';
create index access_trace_by_who on access_trace (who, at);
create index access_trace_by_time on access_trace using brin (at);

create trigger a_trace_is_for_ever before update or delete or truncate on access_trace
    for each statement execute function refuse_rewriting();

-- How often staff opened a file: all that its customer is told of it.
create function times_opened(of_order text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(*) from access_trace
     where access_trace.family = of_order and access_trace.verb = 'look' and who <> 'customer'
       and (of_order = order_now()
            or exists (select from brand_family where brand_family.family = of_order
                                                  and brand_family.brand = brand_now()))
$$;

-- Whether a file is one of the reader's brand; for auditors, who check looks and read no orders.
create function is_of_own_brand(of_order text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from brand_family where brand_family.family = of_order
                                              and brand_family.brand = brand_now())
$$;

revoke execute on function times_opened(text), is_of_own_brand(text) from public;

-- What each network said to test calls, as it came: a row says that this was heard from then on,
-- until the next row of the same number and network. Calls that hear what was heard before write
-- nothing. Gateways differ in their codes: whoever reads them anew finds the raw ones here.
create table activation_test_call (
    subject          text        collate "C" not null,
    origin           text        collate "C" not null,
    at               timestamptz not null,
    code             smallint,                           -- null: nobody answered
    phrase           text        not null,
    cause            smallint,                           -- Q.850
    emitter          text        not null,               -- Server header or tag of who answered
    is_announcement  boolean     not null,
    rang             boolean     not null,
    took_ms          integer     not null,
    primary key (subject, origin, at)
);

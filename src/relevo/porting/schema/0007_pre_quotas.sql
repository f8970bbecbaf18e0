-- A hub's no for the rest of a day, for all requests to one donor (porting-es 3.7: CUPO4).
create table quota_refusal (
    hub        text        not null,
    recipient  text        collate "C" not null,
    donor      text        collate "C" not null,
    code       text        not null,
    said       text        not null,
    until      timestamptz not null,
    primary key (hub, recipient, donor)
);

-- Requests that count against our own quota of a day, where the rules know one.
create table quota_use (
    hub            text not null,
    recipient      text collate "C" not null,
    day            date not null,
    contract_code  text collate "C" not null,
    primary key (hub, recipient, day, contract_code)
);

-- Custody: a number is never nowhere, and never with two. The database itself refuses both.
--
-- Two holders at a time are refused by an exclusion constraint, at once. A gap is refused when the
-- transaction commits, because a hand-over is two statements: one closes an entry, one opens the next.

create extension if not exists btree_gist;

create table custody (
    number     text      collate "C" not null,
    holder     text      collate "C" not null,       -- operator, "hold:operator" or "range:operator"
    during     tstzrange not null,
    ground     text      not null,                   -- why it came to this holder (numbering/moves.py)
    caused_by  text      collate "C" not null,       -- process id and version of the fact
    constraint a_number_has_one_holder_at_a_time
        exclude using gist (number with =, during with &&),
    constraint an_entry_lasts
        check (not isempty(during) and not lower_inf(during) and lower_inc(during) and not upper_inc(during)),
    constraint a_holder_is_an_operator_its_hold_or_its_range
        check (holder ~ '^((hold|range):)?[a-z][a-z0-9_-]*$')
);
create unique index custody_now on custody (number) where upper_inf(during);
create index custody_by_holder on custody (holder) where upper_inf(during);

-- One open-ended holder, and every entry begins where the one before it ended.
create function check_custody() returns trigger language plpgsql as $$
declare
    checked text;
    entries bigint;
    stretches bigint;
    open_ended bigint;
begin
    foreach checked in array array[
        case when tg_op <> 'INSERT' then old.number end,
        case when tg_op <> 'DELETE' then new.number end
    ] loop
        continue when checked is null;
        select count(*), count(*) filter (where upper_inf(during))
          into entries, open_ended
          from custody where number = checked;
        select count(*) into stretches
          from (select unnest(range_agg(during)) from custody where number = checked) as stretch;
        if entries = 0 then
            raise exception 'number % is with nobody: its entries were taken away', checked
                using errcode = 'integrity_constraint_violation',
                      constraint = 'a_known_number_has_a_holder', table = 'custody';
        elsif open_ended <> 1 then
            raise exception 'number % is with nobody from % on', checked,
                (select max(upper(during)) from custody where number = checked)
                using errcode = 'integrity_constraint_violation',
                      constraint = 'a_known_number_has_a_holder', table = 'custody';
        elsif stretches <> 1 then
            raise exception 'number % is with nobody between two entries', checked
                using errcode = 'integrity_constraint_violation',
                      constraint = 'a_known_number_has_no_gap', table = 'custody';
        end if;
    end loop;
    return null;
end
$$;
create constraint trigger custody_has_no_gap
    after insert or update or delete on custody
    deferrable initially deferred
    for each row execute function check_custody();

-- Cards: which ICCID carries which number. A number may be on two cards (the plastic one and the
-- eSIM that replaces it), a card never carries two numbers, and a blocked card never comes back.
create table card_custody (
    iccid      text      collate "C" not null,
    number     text      collate "C" not null,
    during     tstzrange not null,
    caused_by  text      collate "C" not null,
    constraint a_card_carries_one_number_at_a_time
        exclude using gist (iccid with =, during with &&),
    constraint a_card_entry_lasts
        check (not isempty(during) and not lower_inf(during) and lower_inc(during) and not upper_inc(during))
);
create index card_custody_by_number on card_custody (number);
create unique index card_custody_now on card_custody (iccid) where upper_inf(during);

create table card_block (
    iccid      text        collate "C" not null primary key,
    at         timestamptz not null,
    why        text        not null,
    caused_by  text        collate "C" not null
);

create function check_card() returns trigger language plpgsql as $$
declare
    blocked_at timestamptz;
begin
    select at into blocked_at from card_block where iccid = new.iccid;
    if blocked_at is not null and exists (
        select from card_custody
         where iccid = new.iccid and (upper_inf(during) or upper(during) > blocked_at)
    ) then
        raise exception 'card % is blocked since %; it carries no number any more', new.iccid, blocked_at
            using errcode = 'integrity_constraint_violation',
                  constraint = 'a_blocked_card_never_returns', table = tg_table_name;
    end if;
    return null;
end
$$;
create constraint trigger card_custody_respects_blocks
    after insert or update on card_custody
    deferrable initially deferred
    for each row execute function check_card();
create constraint trigger card_block_ends_custody
    after insert on card_block
    deferrable initially deferred
    for each row execute function check_card();

create function refuse_unblocking() returns trigger language plpgsql as $$
begin
    raise exception 'the block of card % is for ever', old.iccid
        using errcode = 'integrity_constraint_violation',
              constraint = 'a_blocked_card_never_returns', table = 'card_block';
end
$$;
create trigger a_block_is_for_ever
    before update or delete on card_block
    for each row execute function refuse_unblocking();

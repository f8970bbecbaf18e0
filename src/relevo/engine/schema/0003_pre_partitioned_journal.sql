-- The journal by months, so that old ones can be archived. The table as it is becomes the first
-- partition, without a copy: its keys stay as they are, and the bound is proved under a lock that
-- stops nobody. What follows the proof changes names and takes no time.
-- Keys belong to each partition: a key of the whole would have to contain "at", and be weaker.
-- A process has one writer because its state is written only over the version that was read.

alter table journal validate constraint journal_bound;

do $$
declare
    bound text;
begin
    select substring(pg_get_constraintdef(oid) from '''(.+)''') into bound
    from pg_constraint where conname = 'journal_bound';
    alter table journal rename to journal_past;
    alter index journal_pkey rename to journal_past_pkey;
    alter index journal_by_seq rename to journal_past_by_seq;
    create table journal (like journal_past) partition by range (at);
    execute format(
        'alter table journal attach partition journal_past for values from (minvalue) to (%L)', bound);
    alter table journal_past drop constraint journal_bound;
    create table journal_future (like journal_past including indexes);
    execute format(
        'alter table journal attach partition journal_future for values from (%L) to (maxvalue)', bound);
end
$$;

-- Which partitions were taken out of the journal, and in which file their facts are.
create table journal_archive (
    file         text        primary key,
    detached     text        not null,                 -- the table, until it is dropped
    starts_at    timestamptz,                          -- null: everything before ends_at
    ends_at      timestamptz not null,
    facts        bigint      not null,
    digest       text        not null,
    sha256       text        not null,
    archived_at  timestamptz not null default clock_timestamp(),
    dropped_at   timestamptz,
    attached_at  timestamptz                           -- brought back into the journal
);

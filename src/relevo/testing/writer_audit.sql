-- name: install
-- Two facts that a database can hold, whatever the programs believe:
-- writer: one lease (bucket and token) has one session that writes under it, and it is the holder's;
-- span:   the journal numbers written under one lease do not mix with those of another.
create extension if not exists btree_gist;

create table writer (
    bucket    smallint    not null,
    token     bigint      not null,
    backend   integer     not null,
    worker    text        not null,
    first_at  timestamptz not null,
    last_at   timestamptz not null,
    primary key (bucket, token, backend),
    constraint one_session_writes_under_a_lease
        exclude using gist (bucket with =, token with =, backend with <>)
);

create table span (
    bucket  smallint  not null,
    token   bigint    not null,
    seqs    int8range not null,
    primary key (bucket, token),
    constraint leases_do_not_mix exclude using gist (bucket with =, seqs with &&)
);

create function note_writer() returns trigger language plpgsql as $$
declare
    me text := substring(current_setting('application_name') from '^relevo (\S+)');
    other record;
begin
    select lease.bucket, lease.worker into other
    from written join lease using (bucket)
    where lease.worker is distinct from me limit 1;
    if found then
        raise exception 'second writer: % writes in bucket %, which % holds',
            me, other.bucket, other.worker;
    end if;
    insert into writer (bucket, token, backend, worker, first_at, last_at)
    select bucket, token, pg_backend_pid(), me, max(clock_timestamp()), max(clock_timestamp())
    from written join lease using (bucket)
    group by bucket, token
    on conflict (bucket, token, backend) do update set last_at = excluded.last_at;
    return null;
end $$;

create function note_span() returns trigger language plpgsql as $$
begin
    insert into span (bucket, token, seqs)
    select written.bucket, token, int8range(min(seq), max(seq), '[]')
    from written join lease using (bucket)
    group by written.bucket, token
    on conflict (bucket, token) do update set seqs = range_merge(span.seqs, excluded.seqs);
    return null;
end $$;

create trigger note_writer after insert on journal
    referencing new table as written for each statement execute function note_writer();
create trigger note_span after insert on journal
    referencing new table as written for each statement execute function note_span();
create trigger note_writer_of_new after insert on process
    referencing new table as written for each statement execute function note_writer();
create trigger note_writer_of_changed after update on process
    referencing new table as written for each statement execute function note_writer();

-- name: writers
select bucket, token, worker, first_at, last_at from writer order by bucket, token;

-- Numbers that nobody uses any more: on their way to the holder of their range, or resting in ours.

create table number_return (
    process_id    text        collate "C" not null primary key,
    number        text        collate "C" not null,
    hub           text        not null,
    operator      text        not null,           -- us
    state         text        not null default 'blank',
    is_open       boolean     not null default true,
    reference     text        collate "C" not null default '',
    since         timestamptz not null,           -- ceased, or ours again
    window_opens  timestamptz,
    task          text        not null default '',  -- what somebody has to look at; empty: nothing
    changed_at    timestamptz not null
);
create index number_return_open on number_return (number) where is_open;
create index number_return_by_number on number_return (number);

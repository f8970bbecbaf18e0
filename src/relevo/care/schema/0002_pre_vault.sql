-- What a file in the vault is kept for, until when, and whether it was looked at for malware. When the
-- time is over its bytes are erased; its row and its hash stay, because the case speaks of them.

alter table care_document
    add column received_sha256 text        collate "C" not null default '',  -- as it came, before metadata were taken out
    add column purpose         text        collate "C" not null default 'evidence',
    add column keep_until      timestamptz,
    add column erased_at       timestamptz,
    add column scan            text        collate "C" not null default 'off'
                               check (scan in ('off', 'waiting', 'clean', 'infected')),
    alter column content drop not null,
    add check (content is not null or erased_at is not null);

create index care_document_waiting on care_document (handed_at) where scan = 'waiting';
create index care_document_over on care_document (keep_until) where erased_at is null;

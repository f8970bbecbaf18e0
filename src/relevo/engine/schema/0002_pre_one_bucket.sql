-- One transaction, one bucket. A lease ends with its worker (worker.seen_at), so a heartbeat is one
-- row and no transaction spans leases; lease.expires_at is not read any more (dropped by 0004_post).
-- trace: the W3C trace context of whoever caused a message or an effect; empty when nobody traces.

alter table mailbox add column trace text not null default '';
alter table outbox  add column trace text not null default '';

-- A state changes more often than the phase by which it is indexed: room on its page lets it change
-- without touching the indexes. Effects of one process are looked for only behind a failed one.
alter table process set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
drop index outbox_by_process;

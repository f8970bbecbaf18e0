-- The audit page shows the latest traces of all: read from their end, however many there are. Every
-- order that is opened leaves one, so this table outgrows that of the orders.
drop index access_trace_by_time;
create index access_trace_by_time on access_trace (at, id);

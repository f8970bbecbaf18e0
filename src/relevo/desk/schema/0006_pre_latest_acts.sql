-- The audit page shows the latest acts of all: read from their end, however many there are.
drop index desk_act_by_time;
create index desk_act_by_time on desk_act (at, id);

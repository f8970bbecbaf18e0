-- In the very order of the list: many answers are due at the same moment, when a hub's day ends, and
-- the wall should be asked for the rows that are shown and not for all of that moment.
drop index desk_request_awaited;
create index desk_request_awaited on desk_request (reply_due, process_id) where state = 'asked';

-- name: learn
insert into known_word (name, role)
select * from unnest(%(names)b::text[], %(roles)b::text[])
on conflict do nothing;

-- name: known
select name from known_word order by name;

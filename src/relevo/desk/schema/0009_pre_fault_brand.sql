-- Whose fault it is to tell of: each brand speaks to its own customers. '' is of a site of one brand.
alter table desk_fault add column brand text not null default '';

-- no transaction: the indexes are built while everybody goes on working.
-- Retention deletes by age, bucket by bucket.

drop index concurrently if exists handled_by_age;

create index concurrently handled_by_age on handled (bucket, at);

drop index concurrently if exists refusal_by_age;

create index concurrently refusal_by_age on refusal (bucket, at);

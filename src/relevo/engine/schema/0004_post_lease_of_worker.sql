-- No code before 0002 runs any more.
alter table lease drop column expires_at;

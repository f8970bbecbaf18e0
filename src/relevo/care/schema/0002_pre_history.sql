-- How long each stage has taken, read from the facts as they come: one row for each stage under way,
-- and one for each stage, day and length. What a promise is proposed from; it can be made again.
create table care_stage (
    family     text        collate "C" not null,
    key        text        collate "C" not null,     -- the process or the line that it is of
    stage      text        not null,                 -- care.history.Stage
    began      timestamptz not null,
    bound      timestamptz,                          -- the rule's own: when it should be over
    primary key (family, key, stage)
);

create table care_stage_span (
    stage     text     not null,
    began_on  date     not null,                     -- which kind of day that is, the country's calendar says
    minutes   integer  not null,                     -- it took no longer; of few lengths (care.history.bounds)
    ended     integer  not null,
    primary key (stage, began_on, minutes)
);

-- Who may look at the board and into the engine, and who may put things right. Data, as all rights.

insert into role_right (role, staff_right) values
    ('duty_manager',  'read_board'),
    ('auditor',       'read_board'),
    ('porting',       'read_engine'),
    ('network',       'read_engine'),
    ('duty_manager',  'read_engine'),
    ('administrator', 'read_engine'),
    ('agent',         'mend_orders'),
    ('porting',       'mend_orders'),
    ('duty_manager',  'mend_orders'),
    ('porting',       'mend_engine'),
    ('network',       'mend_engine'),
    ('duty_manager',  'mend_engine'),
    ('duty_manager',  'read_strays')
on conflict do nothing;

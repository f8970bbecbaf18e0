-- Who speaks to customers, who looks after them, and who sends parcels elsewhere: data, as all rights.

insert into role_right (role, staff_right) values
    ('agent',         'tend_customers'),
    ('porting',       'tend_customers'),
    ('duty_manager',  'tend_customers'),
    ('agent',         'answer_customers'),
    ('porting',       'answer_customers'),
    ('duty_manager',  'answer_customers'),
    ('agent',         'mend_parcels'),
    ('logistics',     'mend_parcels'),
    ('duty_manager',  'mend_parcels')
on conflict do nothing;

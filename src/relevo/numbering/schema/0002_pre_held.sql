-- Numbers in a hold, the one that was cut first in front: a handful among all numbers, asked for by
-- every look at the list of today. The range stands for "begins with hold:". Of all comparisons only
-- those that leak nothing may be answered by an index behind the wall, and "like" is none of them.
create index custody_held on custody (lower(during), number)
    where holder >= 'hold:' and holder < 'hold;' and upper_inf(during);

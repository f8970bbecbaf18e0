-- Whose order names a number: the wall asks it for each look at a number's custody.
create index order_number_by_number on order_number (number);

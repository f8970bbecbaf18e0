-- The history of a number, and the check that it has no gap, ask by the number alone. The exclusion
-- constraint answers that too, but its GiST pages overlap: at three million entries one look-up read
-- fifty of them, and more with every million. This reads four, at any size.
create index custody_by_number on custody (number, lower(during));

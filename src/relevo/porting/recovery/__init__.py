"""Getting back a number that was cut: hold, days left, the donor's desk, a clock."""

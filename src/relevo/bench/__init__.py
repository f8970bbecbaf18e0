"""Measurements, each in one command and none in a timed test: ``relevo bench``.

ground      the server that is measured on, and what it used
country     the lines, the words of the outside, the calendar of their day
workers     worker processes that go through the day in step
day         a whole country's peak day, through the real deciders
latency     from a message's arrival to its commit, at a steady pace
floor       the same rows by bare SQL: the least that the database must do
cost        where the CPU of a message goes
inbound     customers' mails, filed without a person
peer_dbos   the same port on DBOS
growth      the same work in databases of several sizes
seed        a large database, cloned from a few real orders (cloning, renaming)
suite       the day with all that belongs to it, as one result
chart       the figures as pictures
page        docs/benchmarks/README.md
"""

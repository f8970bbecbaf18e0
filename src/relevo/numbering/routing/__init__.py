"""How calls are routed, for switches that ask our database with every call (Kamailio and others).

``number_route`` in the schema answers for every number. Whether a number is ours it reads from
custody, so that a switch knows of a hand-over when the facts that caused it are written, not later.
What it needs besides is written here: the plan of a country (operators' routing numbers, ranges)
and the hub's files of ported numbers. A file is taken in whole, in one transaction, or not at all;
the same differences twice change nothing, and none may be missing.
"""

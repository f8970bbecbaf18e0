"""A second way for switches to ask: ENUM (RFC 6116), kept in a PowerDNS from the same ledger.

Nothing is remembered of what was sent, only of what the server was then seen to answer, over DNS:
whatever is lost between the two, by whomever, is sent again.
"""

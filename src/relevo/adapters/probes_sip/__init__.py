"""Test calls by SIP: who calls a number from several networks, and keeps what each answered."""

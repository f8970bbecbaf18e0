"""The custody ledger: who holds each number, and which card carries it, at every instant."""

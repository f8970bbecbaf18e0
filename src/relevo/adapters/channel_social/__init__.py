"""The open social networks: what may be said there where everybody reads."""

"""A telephone system: who it is, how its messages are signed, and what they say."""

"""The claim of one line: its dead minutes, and what they are worth."""

"""The recipient's network over REST: its registry of subscribers, and test calls."""

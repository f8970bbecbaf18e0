"""Calls: the log of them, and the way of each into the one conversation of its customer."""

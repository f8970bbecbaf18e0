"""What we said would happen by when, and who owns it."""

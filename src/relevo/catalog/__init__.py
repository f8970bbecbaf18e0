"""What can be ordered, what needs what, and what moves together."""

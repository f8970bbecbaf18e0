"""A ported-in number that nobody wants any more goes back to the holder of its range."""

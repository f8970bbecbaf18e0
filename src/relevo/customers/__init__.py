"""Who asks, and their mandate."""

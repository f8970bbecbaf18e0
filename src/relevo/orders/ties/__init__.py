"""What orders say of a number, for whoever wants to cease it."""

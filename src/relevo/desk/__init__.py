"""The porting desk: what waits for a person, by its deadline, and what he may do about it."""

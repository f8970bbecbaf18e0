"""A promise is a thing: made, at risk, moved by telling, kept or broken."""

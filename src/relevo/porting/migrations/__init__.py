"""Numbers that migrate: what the hub says of them, and what is carried out."""

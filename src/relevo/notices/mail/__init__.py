"""Reading a mail: who writes, what he says himself, and what a machine says. Pure, never raises."""

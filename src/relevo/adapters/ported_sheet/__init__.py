"""How ported numbers are routed: those of a whole country, in one file that is memory."""

"""One line of an order: it owns the port, the card and the activation of its number."""

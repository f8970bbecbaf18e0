"""A line that an order has brought to us, and that lives, is one that we serve from then on."""

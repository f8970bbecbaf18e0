"""Letters to customers who have no order with us: what ends with a number, what is held."""

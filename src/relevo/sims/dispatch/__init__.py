"""A card on its way to the customer."""

"""Bringing one number in, as recipient: from the draft to the hub's "ported", or back."""

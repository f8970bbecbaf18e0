"""A port that nobody owed: from the claim to the number's return, on either side of it."""

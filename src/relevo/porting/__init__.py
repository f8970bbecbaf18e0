"""Moving a number from the operator that serves it to the one that will."""

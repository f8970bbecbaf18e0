"""What the daily files of the hubs showed, and what of it is left for a person."""

"""A new fibre in the house: the visit, its outcome, and the proof before it counts."""

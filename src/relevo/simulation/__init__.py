"""Many drawn customers in one world, all that can go wrong, and the laws that hold anyway."""

"""Many numbers of one holder asked for under one reference of the hub."""

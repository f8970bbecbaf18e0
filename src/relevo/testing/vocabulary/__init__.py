"""For each kind of process the messages worth trying, for the explorer and for random tests."""

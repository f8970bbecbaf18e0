"""Records of the hub and of operators contradict one another: found, answered, ended."""

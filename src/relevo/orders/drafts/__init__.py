"""Order forms that were begun: kept for whoever holds their secret, read by nobody else."""

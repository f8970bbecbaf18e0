"""The charges of each number, and credits with their calculation. No rating."""

"""Sets letters as PDF."""

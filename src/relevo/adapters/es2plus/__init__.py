"""A server of eSIM profiles (SM-DP+) over ES2+ (SGP.22)."""

"""Quotas of the hubs: a no for a day is remembered, and said to all others without a call."""

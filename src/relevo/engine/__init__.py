"""Durable processes on PostgreSQL. Knows no telecom."""

"""The case of an order: opened by the system, owned by one person, escalated by the clock."""

"""What the fixed hub tells everybody: which numbers moved, to whom, and how they are routed."""

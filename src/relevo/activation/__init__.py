"""Does the line work? Capability by capability, and only as a probe has seen it."""

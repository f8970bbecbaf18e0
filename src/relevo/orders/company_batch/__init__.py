"""One batch of a company's numbers: asked for together, repaired, moved, proven."""

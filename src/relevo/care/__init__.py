"""Cases across channels: one case, one owner, one vault of evidence."""

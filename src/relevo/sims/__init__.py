"""Cards and eSIMs: one ICCID for each number, tied from the start, and its way to the customer."""

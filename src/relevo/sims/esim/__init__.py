"""A card that needs no courier (SGP.22, LGTel 70.6: over the air where feasible)."""

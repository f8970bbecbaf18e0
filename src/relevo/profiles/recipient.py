"""A country's terms for the recipient's desk, read in one edition."""

from __future__ import annotations

from relevo.porting.profile import RecipientTerms
from relevo.profiles.terms import Terms


def recipient_terms(terms: Terms, prefix: str) -> RecipientTerms:
    """The terms whose names begin with this prefix ("mobile.")."""
    asks_from, asks_until = terms.stretch(f"{prefix}ask_customer")
    return RecipientTerms(
        release_minutes=terms.number(f"{prefix}release_minutes"),
        look_spread_minutes=terms.number(f"{prefix}look_spread_minutes"),
        requests_per_day=terms.number(f"{prefix}requests_per_day"),
        ask_customer_from=asks_from,
        ask_customer_until=asks_until,
        remind_at=terms.clock(f"{prefix}remind_at"),
        visit_within_working_days=terms.number(f"{prefix}visit_within_working_days"),
        visit_ends=terms.clock(f"{prefix}visit_ends"),
    )

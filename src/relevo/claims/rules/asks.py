"""Rule 19: nothing is asked for that is held, or that was asked for before."""

from __future__ import annotations

from relevo.claims.asking import asked
from relevo.claims.model import Finding, Snapshot
from relevo.claims.subjects import Spoken
from relevo.claims.told import said_before


def findings(parts: tuple[Spoken, ...], snapshot: Snapshot) -> list[Finding]:
    """What is asked for although it is held, was asked before, or is never asked for."""
    found, asks = [], list(asked(parts))
    before = _asked_before(snapshot) if asks else frozenset()
    for each in asks:
        held = [
            one
            for one in snapshot.held
            if one.item == each.item
            and (not one.subject or not each.subjects or one.subject in each.subjects)
        ]
        if held:
            since = f" since {held[0].since.isoformat()}" if held[0].since else ""
            why, say = f"it is in the vault{since}; look there instead of asking", "held"
        elif each.item == "bank_account":
            why, say = "bank details are never asked for in a message: so fraud writes", "never"
        elif each.item in before:
            why, say = "the customer was asked for it before", "asked"
        else:
            continue
        found.append(
            Finding(rule=19, span=each.span, says=f"asks for {each.item}", facts_say=say, why=why)
        )
    return found


def _asked_before(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(item for told in said_before(snapshot) for item in told.asks)

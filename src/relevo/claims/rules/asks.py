"""Rules 4 (20) and 19: nothing of another customer, and nothing asked for that is held."""

from __future__ import annotations

from relevo.claims import intents
from relevo.claims.facts import facts_with
from relevo.claims.model import Finding, Snapshot
from relevo.claims.read import Heard, heard
from relevo.claims.spot import cards_in, cases_in, numbers_in


def asked_items(parts: tuple[Heard, ...]) -> list[tuple[str, tuple[int, int], tuple[str, ...]]]:
    """What a text asks the customer for: (item, place, numbers it is about)."""
    found = []
    carried = False
    for part in parts:
        text = part.sentence.text
        asking = intents.ASKS.search(text) is not None or carried
        carried = asking and text.rstrip().endswith(":")
        if not asking or intents.NOT_ASKED.search(text):
            continue
        for item, pattern in intents.HELD_THINGS:
            match = pattern.search(text)
            if match:
                start = part.sentence.start
                span = (start + match.start(), start + match.end())
                found.append((item, span, part.subjects))
    return found


def held_findings(parts: tuple[Heard, ...], snapshot: Snapshot) -> list[Finding]:
    """What is asked for although it is held, or was asked for before."""
    found = []
    asked_before = {
        item
        for said in snapshot.said
        for item, _, _ in asked_items(heard(said.text, snapshot.profile))
    }
    for item, span, subjects in asked_items(parts):
        held = [
            each
            for each in snapshot.held
            if each.item == item and (not each.subject or not subjects or each.subject in subjects)
        ]
        if held:
            since = f" since {held[0].since.isoformat()}" if held[0].since else ""
            why = f"it is in the vault{since}; look there instead of asking"
            found.append(
                Finding(rule=19, span=span, says=f"asks for {item}", facts_say="held", why=why)
            )
        elif item == "bank_account":
            why = "bank details are never asked for in a message: that is how fraud writes"
            found.append(
                Finding(rule=19, span=span, says=f"asks for {item}", facts_say="never", why=why)
            )
        elif item in asked_before:
            why = "the customer was asked for it before"
            found.append(
                Finding(rule=19, span=span, says=f"asks for {item}", facts_say="asked", why=why)
            )
    return found


def stranger_findings(text: str, snapshot: Snapshot) -> list[Finding]:
    """Numbers, cards and case keys that are not the addressee's."""
    own = set(snapshot.addressee.numbers) | {
        fact.subject for fact in snapshot.facts if fact.subject[:1] == "+"
    }
    found = [
        _stranger(seen.start, seen.end, seen.number)
        for seen in numbers_in(text, snapshot.profile)
        if seen.number not in own
    ]
    cards = {str(fact.value) for fact in facts_with(snapshot, "iccid")}
    found += [_stranger(c.start, c.end, c.key) for c in cards_in(text) if c.key not in cards]
    keys = {snapshot.case.key.upper()} if snapshot.case else set()
    keys |= {str(fact.value).upper() for fact in facts_with(snapshot, "key")}
    found += [_stranger(c.start, c.end, c.key) for c in cases_in(text) if c.key not in keys]
    return found


def _stranger(start: int, end: int, what: str) -> Finding:
    why = "it does not belong to this customer"
    return Finding(rule=20, span=(start, end), says=what, facts_say="not the addressee's", why=why)

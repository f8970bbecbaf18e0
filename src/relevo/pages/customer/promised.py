"""What was promised to the customer, and what we owe him, with how it is worked out."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.compensation.claim.messages import CompensationCredited
from relevo.compensation.claim.model import Claim, ClaimPhase
from relevo.notices.model import Credit
from relevo.notices.voice.model import Voice
from relevo.pages.customer.material import Material
from relevo.promises.promise.messages import PromiseMoved
from relevo.promises.promise.model import Phase, Promise
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseShown:
    """One promise: what, by when, by whom, and what became of it."""

    what: str
    due: Moment
    was_due: Moment | None  # before it was moved
    owner: str
    standing: str  # open | kept | kept_late | broken | released
    mood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is owed for one line."""

    line: str
    number: Msisdn | None
    eur_cents: int
    standing: str  # running | found | credited
    since: Moment | None  # while it runs
    credit: Credit | None  # how it is worked out
    calculation: str  # as it is printed on the bill; "" until it is credited


_STANDINGS = {
    Phase.MADE: ("open", "plain"),
    Phase.AT_RISK: ("open", "wait"),
    Phase.KEPT: ("kept", "good"),
    Phase.KEPT_LATE: ("kept_late", "wait"),
    Phase.BROKEN: ("broken", "trouble"),
    Phase.RELEASED: ("released", "plain"),
}


def promises_of(material: Material) -> tuple[PromiseShown, ...]:
    """Every promise of the order: what is open first, then the latest."""
    before = {record.process_id: fact.was_due for record, fact in material.facts(PromiseMoved)}
    shown = [
        _promise(state, before.get(name))
        for name, state in material.all_of(Promise)
        if state.phase is not Phase.UNMADE
    ]
    return tuple(sorted(shown, key=lambda each: (each.standing != "open", -each.due.timestamp())))


def owed_for(material: Material) -> tuple[Owed, ...]:
    """What is owed, line by line; lines without a claim are left out."""
    voice = material.state(Voice, "voice")
    credits_ = voice.knowledge.credits if voice and voice.knowledge else ()
    known = {credit.line: credit for credit in credits_}
    printed = {fact.line: fact.calculation for _, fact in material.facts(CompensationCredited)}
    standings = {
        ClaimPhase.RUNNING: "running",
        ClaimPhase.FOUND: "found",
        ClaimPhase.CREDITED: "credited",
    }
    return tuple(
        Owed(
            line=claim.line,
            number=claim.number,
            eur_cents=claim.found_eur_cents,
            standing=standings[claim.phase],
            since=claim.open_since,
            credit=known.get(claim.line),
            calculation=printed.get(claim.line, ""),
        )
        for _, claim in material.all_of(Claim)
        if claim.phase in standings
    )


def _promise(state: Promise, was_due: Moment | None) -> PromiseShown:
    assert state.due is not None, "a promise that was made has a due time"
    standing, mood = _STANDINGS[state.phase]
    return PromiseShown(
        what=state.what,
        due=state.due,
        was_due=was_due,
        owner=state.owner,
        standing=standing,
        mood=mood,
    )

"""Counts the dead minutes of a line and credits what they are worth, without being asked.

RD 899/2009, article 15: the greater of the average bill of three months and five monthly fees, by
the share of the month; above one euro it goes on the next bill by itself. The window in which the
number moved is left out: there the regulation foresees an interruption.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any, assert_never

from relevo.activation.activation.messages import LifeSignBack, LifeSignLost
from relevo.compensation.claim.lifecycle import LIFECYCLE
from relevo.compensation.claim.messages import (
    AmountFound,
    CompensationCredited,
    MonthAmount,
    OutageCounted,
    OutageOpened,
    TermsNoted,
    WindowExcluded,
    WindowNoted,
)
from relevo.compensation.claim.model import Claim, ClaimPhase
from relevo.compensation.schedule import Entitlement, Outage, Schedule, Terms, added, entitlement
from relevo.engine.process import (
    NOTHING,
    Decision,
    Heard,
    ProcessType,
    Tell,
    Timer,
    TimerFired,
    family,
)
from relevo.notices.model import Credit
from relevo.notices.voice.messages import SayCredit
from relevo.orders.line.messages import HeldLineWatched, LineConfirmed, LineMoved, LinePrepared
from relevo.porting.recovery.messages import NumberRecovered, RecoveryOvertaken
from relevo.values.moment import Moment, Span
from relevo.values.money import Money

Schedules = Callable[[str], Schedule]
"""The schedule of a pinned profile code."""

SETTLE_AFTER = Span(hours=24)
"""So long an end that only our probes saw waits for the exact one of the donor's log."""

HEARS = (
    LinePrepared,
    HeldLineWatched,
    LineConfirmed,
    LineMoved,
    LifeSignLost,
    LifeSignBack,
    NumberRecovered,
    RecoveryOvertaken,
)


def claim_process(schedules: Schedules) -> ProcessType[Claim]:
    """The process ``compensation.claim``; one for each line, ``{order}/compensation/{line}``."""

    def decide(claim: Claim, message: Any, at: Moment) -> Decision:
        return _decide(schedules, claim, message, at)

    return ProcessType(
        kind="compensation.claim",
        version=1,
        blank=lambda process_id: Claim(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Claim,
        messages=(),
        facts=(
            TermsNoted,
            OutageOpened,
            OutageCounted,
            WindowNoted,
            WindowExcluded,
            AmountFound,
            CompensationCredited,
        ),
        hears=HEARS,
        timers=frozenset({"settlement"}),
    )


def _decide(schedules: Schedules, claim: Claim, message: Any, at: Moment) -> Decision:
    match claim.phase:
        case ClaimPhase.UNKNOWN:
            return _when_unknown(message)
        case ClaimPhase.CLEAR | ClaimPhase.RUNNING | ClaimPhase.FOUND | ClaimPhase.CREDITED:
            return _when_known(schedules, claim, message, at)
        case _:
            assert_never(claim.phase)


def _when_unknown(message: Any) -> Decision:
    match message:
        case Heard(fact=LinePrepared() | HeldLineWatched() as known):
            line = known.line
            terms = TermsNoted(
                line=line.id,
                number=line.number,
                monthly_fee_eur_cents=line.monthly_fee_eur_cents,
                average_3m_eur_cents=line.average_3m_eur_cents,
                rules=known.rules,
            )
            return Decision(facts=(terms,))
        case _:
            return NOTHING


def _when_known(schedules: Schedules, claim: Claim, message: Any, at: Moment) -> Decision:
    schedule = schedules(claim.rules)
    match message:
        case TimerFired(name="settlement"):
            return _credit(schedule, claim, claim, ())
        case Heard(fact=LineConfirmed() as confirmed):
            return Decision(facts=(WindowNoted(line=claim.line, window=confirmed.window),))
        case Heard(fact=LineMoved() as moved):
            return _exclude(schedule, claim, moved.at)
        case Heard(fact=LifeSignLost() as lost):
            if claim.open_since is not None:
                return NOTHING
            opened = OutageOpened(
                line=claim.line,
                dead_from=lost.last_good_at,
                at_donor=lost.at_donor,
                serving=lost.serving,
            )
            return Decision(facts=(opened,))
        case Heard(fact=LifeSignBack() as back):
            return _count(schedule, claim, _pieces(back), at)
        case Heard(fact=NumberRecovered() | RecoveryOvertaken() as ended):
            logged = Outage(
                dead_from=ended.dead_from,
                dead_until=max(ended.dead_from, ended.dead_until),
                exact=True,
            )
            return _count(schedule, claim, (logged,), at)
        case _:
            return NOTHING


def _exclude(schedule: Schedule, claim: Claim, moved_at: Moment) -> Decision:
    """The window that counts is the one of the day on which the line really moved."""
    window = claim.window
    if window is None or claim.excluded is not None:
        return NOTHING
    if not window.opens - Span(hours=1) <= moved_at <= window.opens + Span(hours=24):
        return NOTHING
    excluded = WindowExcluded(line=claim.line, window=window)
    after = evolve(claim, excluded)
    return _credit(schedule, claim, after, (excluded,))


def _pieces(back: LifeSignBack) -> tuple[Outage, ...]:
    """What the donor's log may still say better, and what is ours to know.

    A number that was dead when it left its donor is dead until it is served here: the donor's log
    ends with its leaving, the outage does not.
    """
    dead_from, dead_until = back.dead_from, max(back.dead_from, back.dead_until)
    if not back.at_donor:
        return (Outage(dead_from=dead_from, dead_until=dead_until, exact=True),)
    left_at = min(max(dead_from, back.moved_at or dead_until), dead_until)
    at_donor = Outage(dead_from=dead_from, dead_until=left_at, exact=False)
    if left_at == dead_until:
        return (at_donor,)
    ours = Outage(dead_from=left_at, dead_until=dead_until, exact=True)
    return (ours,) if left_at == dead_from else (at_donor, ours)


def _count(schedule: Schedule, claim: Claim, outages: tuple[Outage, ...], at: Moment) -> Decision:
    counted = tuple(
        OutageCounted(
            line=claim.line,
            dead_from=each.dead_from,
            dead_until=each.dead_until,
            minutes=(each.dead_until - each.dead_from) // Span(minutes=1),
            exact=each.exact,
        )
        for each in outages
    )
    after = reduce(evolve, counted, claim)
    if after == claim:
        return NOTHING
    if all(each.exact for each in after.outages if each not in claim.outages):
        return _credit(schedule, claim, after, counted)
    settle = Timer(name="settlement", due=at + SETTLE_AFTER)
    return Decision(facts=(*counted, *_found(schedule, after)), timers=(settle,))


def _found(schedule: Schedule, claim: Claim) -> tuple[AmountFound, ...]:
    """The amount so far, when it has changed."""
    owed = _owed(schedule, claim)
    if owed.eur_cents == claim.found_eur_cents:
        return ()
    main = owed.main_month
    found = AmountFound(
        line=claim.line,
        minutes=owed.minutes,
        amount_eur_cents=owed.eur_cents,
        rule=owed.rule,
        month_minutes=main.month_minutes if main else 0,
        months=tuple(
            MonthAmount(
                month=share.month,
                minutes=share.minutes,
                month_minutes=share.month_minutes,
                amount_eur_cents=share.eur_cents,
            )
            for share in owed.months
        ),
        automatic=owed.automatic,
    )
    return (found,)


def _told(
    schedule: Schedule, before: Claim, claim: Claim, found: tuple[AmountFound, ...]
) -> tuple[Tell, ...]:
    """Word of the amount to the voice, once it will not change any more."""
    waited = any(not outage.exact for outage in (*before.outages, *claim.outages))
    if not claim.outages or not (found or waited):
        return ()
    credit = _credit_told(schedule, claim, _owed(schedule, claim))
    voice = f"{family(claim.id)}/voice"
    return (Tell(kind="notices.voice", to=voice, message=SayCredit(credit=credit)),)


def _credit(schedule: Schedule, before: Claim, claim: Claim, facts: tuple[Any, ...]) -> Decision:
    """Find the amount and credit what of it is not credited yet, if the rule does so by itself."""
    assert claim.terms is not None, "only a known claim is credited"
    found = _found(schedule, claim)
    told = _told(schedule, before, claim, found)
    owed = _owed(schedule, claim)
    missing = owed.eur_cents - claim.credited_eur_cents
    credited: tuple[CompensationCredited, ...] = ()
    if owed.automatic and missing > 0:
        credited = (
            CompensationCredited(
                line=claim.line,
                number=claim.number,
                amount_eur_cents=missing,
                total_eur_cents=owed.eur_cents,
                minutes=owed.minutes,
                dead_from=claim.outages[0].dead_from,
                dead_until=claim.outages[-1].dead_until,
                rule=owed.rule,
                calculation=calculation(claim.terms, owed, factor=schedule.factor),
            ),
        )
    everything = (*facts, *found, *credited)
    if not everything and not told:
        return NOTHING
    timers = (Timer(name="settlement", due=None),) if before.outages or claim.outages else ()
    return Decision(facts=everything, tells=told, timers=timers)


def _owed(schedule: Schedule, claim: Claim) -> Entitlement:
    assert claim.terms is not None, "only a known claim has an amount"
    return entitlement(schedule, claim.terms, claim.outages, excluded=claim.excluded)


def calculation(terms: Terms, owed: Entitlement, *, factor: int) -> str:
    """The calculation as it is printed on the bill, one term for each month."""
    average = Money(terms.average_3m_eur_cents, "EUR").amount
    fee = Money(terms.monthly_fee_eur_cents, "EUR").amount
    parts = [
        f"max({average}, {factor} x {fee}) x {share.minutes}/{share.month_minutes}"
        for share in owed.months
    ]
    return " + ".join(parts) + f" = {Money(owed.eur_cents, 'EUR').amount} EUR"


def _credit_told(schedule: Schedule, claim: Claim, owed: Entitlement) -> Credit:
    assert claim.terms is not None, "only a known claim is told of"
    main = owed.main_month
    return Credit(
        line=claim.line,
        number=claim.number,
        amount_eur_cents=owed.eur_cents,
        minutes=owed.minutes,
        month_minutes=main.month_minutes if main else 0,
        average_3m_eur_cents=claim.terms.average_3m_eur_cents,
        monthly_fee_eur_cents=claim.terms.monthly_fee_eur_cents,
        factor=schedule.factor,
        rule=owed.rule,
        dead_from=claim.outages[0].dead_from,
        dead_until=claim.outages[-1].dead_until,
        automatic=owed.automatic,
    )


def evolve(claim: Claim, fact: Any) -> Claim:
    """Fold one fact."""
    match fact:
        case TermsNoted():
            return replace(
                claim,
                phase=ClaimPhase.CLEAR,
                line=fact.line,
                number=fact.number,
                rules=fact.rules,
                terms=Terms(
                    monthly_fee_eur_cents=fact.monthly_fee_eur_cents,
                    average_3m_eur_cents=fact.average_3m_eur_cents,
                ),
            )
        case WindowNoted():
            return replace(claim, window=fact.window)
        case WindowExcluded():
            return replace(claim, excluded=fact.window)
        case OutageOpened():
            return replace(
                claim,
                phase=ClaimPhase.RUNNING,
                open_since=fact.dead_from,
                open_at_donor=fact.at_donor,
            )
        case OutageCounted():
            outages = added(
                claim.outages,
                Outage(dead_from=fact.dead_from, dead_until=fact.dead_until, exact=fact.exact),
            )
            return _resting(claim, outages=outages, open_since=None)
        case AmountFound():
            return _resting(claim, found_eur_cents=fact.amount_eur_cents)
        case CompensationCredited():
            return _resting(claim, credited_eur_cents=fact.total_eur_cents)
        case _:
            return claim


def _resting(claim: Claim, **changes: Any) -> Claim:
    """The claim after the changes, in the phase that its amounts and outages say."""
    since = changes.get("open_since", claim.open_since)
    found = changes.get("found_eur_cents", claim.found_eur_cents)
    credited = changes.get("credited_eur_cents", claim.credited_eur_cents)
    if since is not None:
        phase = ClaimPhase.RUNNING
    elif credited and credited >= found:
        phase = ClaimPhase.CREDITED
    elif found or changes.get("outages", claim.outages):
        phase = ClaimPhase.FOUND
    else:
        phase = ClaimPhase.CLEAR
    return replace(claim, phase=phase, **changes)

"""How the facts of a line add up to its state."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from relevo.orders.held import LineKind
from relevo.orders.line.desk import PAPERS
from relevo.orders.line.messages import (
    HeldLineWatched,
    LineAlive,
    LineAskedAfter,
    LineCardContested,
    LineCardDelayed,
    LineCardReady,
    LineConfirmed,
    LineCorrected,
    LineDead,
    LineDonorCorrected,
    LineGoingBack,
    LineImpaired,
    LineInstallationAsked,
    LineInstalled,
    LineLive,
    LineMended,
    LineMoved,
    LineNotInstalled,
    LineNotTakenBack,
    LineOldAccessReleased,
    LinePortAsked,
    LinePortFailed,
    LinePrepared,
    LineSettled,
    LineStuck,
    LineTakenBack,
    LineTakenOut,
    LineVisitAgreed,
    LineWatchClosing,
)
from relevo.orders.line.model import Line, Phase
from relevo.orders.view import NOT_INSTALLED
from relevo.porting.profile import RejectionReason, WhoActs

Course = (
    LinePortAsked
    | LineConfirmed
    | LinePortFailed
    | LineMended
    | LineGoingBack
    | LineTakenBack
    | LineNotTakenBack
)
"""What happens between us and the hub."""

Outcome = LineMoved | LineLive | LineImpaired | LineTakenOut | LineSettled
Begin = LinePrepared | HeldLineWatched | LineDonorCorrected | LineCorrected
Card = LineCardReady | LineCardDelayed | LineCardContested
Visit = (
    LineInstallationAsked
    | LineVisitAgreed
    | LineInstalled
    | LineNotInstalled
    | LineOldAccessReleased
)
Life = LineDead | LineAlive
Remark = LineStuck | LineAskedAfter | LineWatchClosing
LineOwnFact = Course | Outcome | Begin | Card | Visit | Life | Remark


def evolve(line: Line, fact: LineOwnFact) -> Line:
    """Fold one fact."""
    match fact:
        case LinePrepared() | HeldLineWatched() | LineDonorCorrected() | LineCorrected():
            return _begun(line, fact)
        case LineCardReady() | LineCardDelayed() | LineCardContested():
            return _card(line, fact)
        case LineDead():
            known = line.line is not None and line.line.number is not None
            again = line.recoveries + 1 if fact.at_donor and known else line.recoveries
            phase = Phase.MOVED if line.phase is Phase.LIVE else line.phase
            return replace(
                line, is_dead=True, dead_at_donor=fact.at_donor, recoveries=again, phase=phase
            )
        case LineAlive():
            return replace(line, is_dead=False, dead_at_donor=False)
        case LineStuck():
            asks = fact.who == WhoActs.CUSTOMER and fact.why in PAPERS.values()
            return replace(line, papers=(*line.papers, fact.why)) if asks else line
        case LineWatchClosing():
            return line
        case LineAskedAfter():
            return replace(line, desk_rounds=fact.round)
        case LineMoved() | LineLive() | LineImpaired() | LineTakenOut() | LineSettled():
            return _ended(line, fact)
        case (
            LineInstallationAsked()
            | LineVisitAgreed()
            | LineInstalled()
            | LineNotInstalled()
            | LineOldAccessReleased()
        ):
            return _visited(line, fact)
        case _:
            return _on_course(line, fact)


def _card(line: Line, fact: Card) -> Line:
    match fact:
        case LineCardReady(iccid=iccid):
            return replace(line, card_ready=True, iccid=iccid or line.iccid)
        case LineCardDelayed():
            return replace(line, other_road=True)
        case LineCardContested():
            return replace(line, card_ready=False)


def _visited(line: Line, fact: Visit) -> Line:
    match fact:
        case LineInstallationAsked():
            return replace(line, is_installing=True, card_ready=False)
        case LineVisitAgreed():
            return line
        case LineInstalled():
            return replace(line, is_installing=False, card_ready=True, against=_still(line))
        case LineNotInstalled():
            return replace(line, against=NOT_INSTALLED)
        case LineOldAccessReleased():
            return replace(line, is_released=True)


def _still(line: Line) -> str:
    return "" if line.against == NOT_INSTALLED else line.against


def _begun(line: Line, fact: Begin) -> Line:
    if isinstance(fact, LineDonorCorrected):
        assert line.line is not None, "a line whose number was asked for is known"
        return replace(line, line=replace(line.line, donor=fact.donor))
    if isinstance(fact, LineCorrected):
        return _corrected(line, fact)
    if isinstance(fact, HeldLineWatched):
        return replace(
            line, phase=Phase.HELD, line=fact.line, recipient=fact.recipient, rules=fact.rules
        )
    return replace(
        line,
        phase=Phase.WAITING,
        line=fact.line,
        customer=fact.customer,
        recipient=fact.recipient,
        sim=fact.sim,
        rules=fact.rules,
        consent_at=fact.consent_at,
        iccid=fact.iccid,
        card_ready=fact.line.kind is not LineKind.MOBILE,
    )


def _corrected(line: Line, fact: LineCorrected) -> Line:
    assert line.line is not None, "a line that was rejected is known"
    assert line.customer is not None, "a line that was rejected has a customer"
    held, party = line.line, line.customer
    prepaid = held.prepaid if fact.prepaid is None else fact.prepaid
    return replace(
        line,
        line=replace(held, prepaid=prepaid, donor_iccid=fact.donor_iccid or held.donor_iccid),
        customer=replace(party, holder=fact.holder or party.holder),
    )


def _on_course(line: Line, fact: Course) -> Line:
    match fact:
        case LinePortAsked():
            return replace(
                line,
                phase=Phase.ASKED,
                attempt=fact.attempt,
                window=fact.window,
                at_the_hub=True,
                against="",
            )
        case LineConfirmed():
            return replace(
                line,
                phase=Phase.CONFIRMED,
                window=fact.window,
                rejections=0,
                desk_rounds=0,
                cease_denials=0,
            )
        case LinePortFailed():
            return replace(
                line,
                phase=Phase.WAITING,
                at_the_hub=False,
                against=fact.reason,
                rejections=line.rejections + 1,
                cease_denials=line.cease_denials + (fact.reason == RejectionReason.NUMBER_IN_CEASE),
            )
        case LineMended():
            return replace(line, against="")
        case LineGoingBack():
            why = fact.why if fact.out else line.leaving
            return replace(line, phase=Phase.GOING_BACK, leaving=why)
        case LineTakenBack():
            return replace(line, phase=_after_return(line), at_the_hub=False)
        case LineNotTakenBack():
            return replace(line, phase=_still_bound(line), leaving="")
        case _:
            assert_never(fact)


def _after_return(line: Line) -> Phase:
    """A line that is to leave the order stays on its way out until its number lives."""
    return Phase.GOING_BACK if line.leaving else Phase.WAITING


def _still_bound(line: Line) -> Phase:
    return Phase.BOUND if line.phase is Phase.GOING_BACK else line.phase


def _ended(line: Line, fact: Outcome) -> Line:
    match fact:
        case LineMoved():
            return replace(line, phase=Phase.MOVED, at_the_hub=False, leaving="")
        case LineLive():
            return replace(line, phase=Phase.LIVE)
        case LineImpaired():
            return replace(line, phase=Phase.MOVED)
        case LineTakenOut():
            return replace(line, phase=Phase.TAKEN_OUT)
        case LineSettled():
            return replace(line, phase=Phase.SETTLED)

"""What stands against one number: who has it, what runs already, what the donor will compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from relevo.numbering.moves import HOLD, is_operator, operator_of
from relevo.orders.capture import OrderDraft
from relevo.orders.held import HeldLine, LineKind
from relevo.orders.preflight.model import Books, Known, Outcome, Reason, Refused, Word
from relevo.porting.profile import PortingProfile, RejectionReason
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn, number_kind
from relevo.values.person import Document

_DAY = timedelta(days=1)
_NOTHING = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that a judgement looks at."""

    draft: OrderDraft
    rules: PortingProfile
    books: Books
    at: Moment
    lines: tuple[HeldLine, ...]
    document: Document | None

    def is_moving(self, line: HeldLine) -> bool:
        """Whether the form asks for it."""
        return line.id in self.draft.moving

    def known(self, number: Msisdn) -> Known:
        """What the books say of it, if anything."""
        return self.books.get(number, _NOTHING)


def against(case: Case, line: HeldLine, number: Msisdn) -> Iterator[Reason]:
    """All that stands against moving this number, or should be known of it."""
    known = case.known(number)
    yield from _block(number)
    yield from _holder(case, line, known)
    yield from _processes(known)
    yield from _papers(case, line, known)


def _block(number: Msisdn) -> Iterator[Reason]:
    if number_kind(number) == "other":
        yield Reason(
            word=Word.BLOCK_UNKNOWN,
            outcome=Outcome.MIND,
            why="the numbering tables do not know this block; it may be a new one",
            remedy="compare the digits with a bill",
            about=(number,),
        )


def _holder(case: Case, line: HeldLine, known: Known) -> Iterator[Reason]:
    """Who has the number: the bulletin knows best, then our own ledger."""
    bulletin = known.bulletin
    if known.is_unassigned:
        yield Reason(
            word=Word.NUMBER_UNASSIGNED,
            outcome=Outcome.STOP,
            why="the hub knows nobody who serves this number",
            remedy="compare the digits with a bill; a number back in its range cannot be ported",
        )
        return
    if bulletin is not None:
        serving = bulletin.serving
    else:
        serving = known.holder if is_operator(known.holder) else line.donor
    if case.draft.recipient in {serving, known.holder}:
        yield Reason(
            word=Word.ALREADY_OURS,
            outcome=Outcome.STOP,
            why=f"{case.draft.recipient} serves this number already",
            remedy="leave it out of the order",
        )
        return
    if serving and serving != line.donor:
        label = operator.label if (operator := case.rules.operator(serving)) else serving
        yield Reason(
            word=Word.SERVED_BY_ANOTHER,
            outcome=Outcome.STOP,
            why=f"it is served by {label}, not by {line.donor}",
            remedy=f"name {serving} as the donor; its dependants may hang on other lines there",
            about=(serving,),
        )
    if known.holder and not is_operator(known.holder):
        yield _ceased(case, known)


def _ceased(case: Case, known: Known) -> Reason:
    """A number whose contract has ended: for a month its last holder may still port it."""
    assert known.held_since is not None
    if not known.holder.startswith(HOLD):
        return Reason(
            word=Word.BACK_IN_ITS_RANGE,
            outcome=Outcome.STOP,
            why="the number went back to the holder of its range",
            remedy="it cannot be ported any more; offer a new number",
        )
    until = case.rules.hold_until(known.held_since)
    left = (until - case.at) // _DAY
    if case.at >= until:
        return Reason(
            word=Word.HOLD_IS_OVER,
            outcome=Outcome.STOP,
            why="the contract ended and the time to port the number is over",
            remedy="ask the last operator whether it still has the number",
            until=until,
        )
    donor = operator_of(known.holder)
    own = known.bulletin is None or known.bulletin.range_holder in {"", donor}
    if not case.rules.may_port_while_held(own):
        return Reason(
            word=Word.HELD_AND_NOT_PORTABLE,
            outcome=Outcome.STOP,
            why=f"{donor} has cut the number, and one of its own range is rejected while it rests",
            remedy=f"ask {donor} to serve it again, then order",
            until=until,
            days_left=left,
        )
    return Reason(
        word=Word.HELD_AND_PORTABLE,
        outcome=Outcome.MIND,
        why=f"{donor} has cut the number; its last holder may port it for {left} more days",
        remedy="order at once; the request itself stops the clock",
        until=until,
        days_left=left,
    )


def _processes(known: Known) -> Iterator[Reason]:
    if known.live_order:
        yield Reason(
            word=Word.LIVE_ORDER,
            outcome=Outcome.STOP,
            why=f"it moves in the order {known.live_order} already",
            remedy="withdraw that order first, or leave the number out of this one",
            about=(known.live_order,),
        )
    elif known.live_request or (known.bulletin is not None and known.bulletin.is_in_process):
        ours = f" ({known.live_request})" if known.live_request else ""
        yield Reason(
            word=Word.LIVE_REQUEST,
            outcome=Outcome.STOP,
            why=f"a request for it lies at the hub{ours}; a second one is refused",
            remedy="wait for its end, or have whoever made it cancel it",
            about=(known.live_request,) if known.live_request else (),
        )


def _papers(case: Case, line: HeldLine, known: Known) -> Iterator[Reason]:
    """What the donor will compare: the card of a prepaid line, else the document (3.8)."""
    if known.card_carries not in {None, line.number}:
        yield Reason(
            word=Word.CARD_OF_ANOTHER_NUMBER,
            outcome=Outcome.STOP,
            why=f"the card {line.donor_iccid} carries another number",
            remedy="read the digits off the card of this number",
        )
    yield from (reason for before in known.refused if (reason := _refused(case, line, before)))
    if line.prepaid and line.depends_on:
        yield Reason(
            word=Word.PREPAID_ON_ANOTHERS_CARD,
            outcome=Outcome.ASK,
            why="a number on another's card has no card by which a prepaid line is validated",
            remedy="ask whether it is billed with its principal; if so, order it as postpaid",
            about=(line.depends_on,),
        )
    is_mobile = line.kind is LineKind.MOBILE
    pays = line.monthly_fee_eur_cents or line.average_3m_eur_cents
    on_a_card = line.donor_iccid is not None and not line.depends_on
    if is_mobile and not line.prepaid and not pays and on_a_card:
        yield Reason(
            word=Word.PERHAPS_PREPAID,
            outcome=Outcome.ASK,
            why="a contract without any bill is often prepaid, and is rejected for that",
            remedy="ask whether a bill comes for it; if none does, order it as prepaid",
        )


def _refused(case: Case, line: HeldLine, before: Refused) -> Reason | None:
    """The same request is never made twice unchanged."""
    same_kind = before.prepaid == line.prepaid
    if before.reason == RejectionReason.HOLDER_MISMATCH:
        if not same_kind or line.prepaid or before.document != case.document:
            return None
        return Reason(
            word=Word.HOLDER_REFUSED_BEFORE,
            outcome=Outcome.STOP,
            why=f"the donor rejected it before with the document {before.document.number}",
            remedy="take holder and document from the last bill of this number",
        )
    if before.reason == RejectionReason.CARD_MISMATCH:
        if not same_kind or before.iccid != line.donor_iccid:
            return None
        return Reason(
            word=Word.CARD_REFUSED_BEFORE,
            outcome=Outcome.STOP,
            why="the donor rejected it before with the same card",
            remedy="ask for a photo of the card, and whether the line is prepaid",
        )
    return None

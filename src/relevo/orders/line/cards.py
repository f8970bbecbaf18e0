"""How a line comes by its card: one ICCID for each way, tied to the number from the start.

The first way that brings a card into the customer's hands counts. When a parcel is in trouble the
customer does not wait for it: an eSIM is issued for the same number, and the parcel is mended
beside it (rights-care 4.3). The same holds the other way round.
"""

from __future__ import annotations

from typing import Any

from relevo.activation.activation.messages import ReserveLine, WatchLine
from relevo.activation.ladder import capabilities_of
from relevo.engine.process import NOTHING, Decision, Tell, family
from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.orders.line import visits
from relevo.orders.line.messages import (
    HeldLineWatched,
    LineCardContested,
    LineCardDelayed,
    LineCardReady,
    LinePrepared,
    PrepareLine,
    WatchHeldLine,
)
from relevo.orders.line.model import Line, Phase
from relevo.orders.process_ids import (
    ACTIVATION,
    DISPATCH,
    ESIM,
    activation_process,
    child_of_line,
)
from relevo.porting.profile import PortingProfile
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    DeliveryContested,
    DispatchCard,
    ParcelTroubled,
    StopDispatch,
)
from relevo.sims.esim.messages import EsimFailed, EsimInstalled, IssueEsim
from relevo.values.ids import code, draw_between
from relevo.values.msisdn import Msisdn, country_code
from relevo.values.simcard import Iccid, make_iccid

TELECOM = "89"  # the industry that every ICCID begins with (ITU-T E.118)
ICCID_BODY_DIGITS = 18
PIN_DIGITS = 4

CardFact = CardInHand | CardLost | DeliveryContested | ParcelTroubled | EsimInstalled | EsimFailed


def prepare(rules: PortingProfile, line: Line, asked: PrepareLine) -> Decision:
    """Everything that may happen before the donor is asked."""
    held, number = asked.line, asked.line.number
    tells = [_watch(line, held, asked, asked.customer.contact)]
    iccid = None
    if held.kind is LineKind.MOBILE and number is not None:
        iccid = iccid_of(rules, line.process_id, number, asked.recipient, way=asked.sim)
        tells.append(
            _send(line, asked.sim, iccid, held, asked.customer, why="ordered", rules=asked.rules)
        )
    tells.append(_activation(line, ReserveLine(iccid=iccid)))
    laid = visits.ask(line, held, asked.customer)
    prepared = LinePrepared(
        line=held,
        customer=asked.customer,
        recipient=asked.recipient,
        sim=asked.sim,
        rules=asked.rules,
        consent_at=asked.consent_at,
        iccid=iccid,
    )
    return Decision(facts=(prepared, *laid.facts), tells=(*tells, *laid.tells))


def watch_only(line: Line, asked: WatchHeldLine) -> Decision:
    """The line stays. The recipient is named all the same: it may be ordered later."""
    watched = HeldLineWatched(line=asked.line, recipient=asked.recipient, rules=asked.rules)
    return Decision(facts=(watched,), tells=(_watch(line, asked.line, asked, asked.contact),))


def hear_of_card(rules: PortingProfile, line: Line, fact: CardFact) -> Decision:
    """News of one of the two ways."""
    match fact:
        case CardInHand() | EsimInstalled() if not line.card_ready:
            return _in_hand(line, fact.iccid, is_esim=isinstance(fact, EsimInstalled))
        case DeliveryContested() if line.card_ready and fact.iccid == line.iccid:
            return Decision(facts=(LineCardContested(line=fact.line, iccid=fact.iccid),))
        case ParcelTroubled():
            return _delayed(rules, line, fact.reason, failed=SimKind.CARD)
        case CardLost():
            return _delayed(rules, line, fact.why, failed=SimKind.CARD)
        case EsimFailed():
            return _delayed(rules, line, fact.why, failed=SimKind.ESIM)
        case _:
            return NOTHING


def iccid_of(
    rules: PortingProfile, process_id: str, number: Msisdn, recipient: str, *, way: SimKind
) -> Iccid:
    """The card of this line on this way: derived, so that a repeated order is the same card."""
    operator = rules.operator(recipient)
    issuer = TELECOM + country_code(number) + (operator.mobile_code if operator else "")
    serials = 10 ** (ICCID_BODY_DIGITS - len(issuer))
    return make_iccid(issuer, draw_between(0, serials - 1, "iccid", process_id, way))


def stop_card(line: Line, why: str) -> tuple[Tell, ...]:
    """Stop the parcel or the visit, if the line has one; what is there already ignores it."""
    if line.is_installing:
        return visits.stop(line, why)
    is_mobile = line.line is not None and line.line.kind is LineKind.MOBILE
    travels = line.sim is SimKind.CARD or line.other_road
    if line.phase is Phase.HELD or not is_mobile or not travels:
        return ()
    to = child_of_line(line.process_id, "card", 1)
    return (Tell(kind=DISPATCH, to=to, message=StopDispatch(why=why)),)


def _in_hand(line: Line, iccid: Iccid, *, is_esim: bool) -> Decision:
    assert line.line is not None
    tells: tuple[Tell, ...] = stop_card(line, "esim_installed") if is_esim else ()
    if iccid != line.iccid:
        tells = (*tells, _activation(line, ReserveLine(iccid=iccid)))
    return Decision(facts=(LineCardReady(line=line.line.id, iccid=iccid),), tells=tells)


def _delayed(rules: PortingProfile, line: Line, why: str, *, failed: SimKind) -> Decision:
    if line.card_ready or line.line is None or line.customer is None or line.leaving:
        return NOTHING
    delayed = LineCardDelayed(line=line.line.id, why=why)
    number = line.line.number
    if line.other_road or failed is not line.sim or number is None:
        return Decision(facts=(delayed,))
    way = SimKind.ESIM if line.sim is SimKind.CARD else SimKind.CARD
    iccid = iccid_of(rules, line.process_id, number, line.recipient, way=way)
    send = _send(
        line, way, iccid, line.line, line.customer, why=f"{_FAILED[failed]}", rules=line.rules
    )
    return Decision(facts=(delayed,), tells=(send,))


_FAILED = {SimKind.CARD: "parcel_troubled", SimKind.ESIM: "esim_failed"}


def _send(
    line: Line,
    way: SimKind,
    iccid: Iccid,
    held: HeldLine,
    customer: Party,
    *,
    why: str,
    rules: str,
) -> Tell:
    assert held.number is not None
    order = family(line.process_id)
    if way is SimKind.ESIM:
        issue = IssueEsim(number=held.number, iccid=iccid, order=order, line=held.id, why=why)
        return Tell(kind=ESIM, to=child_of_line(line.process_id, "esim", 1), message=issue)
    dispatch = DispatchCard(
        number=held.number,
        iccid=iccid,
        name=customer.holder.name,
        phone=customer.contact,
        address=customer.address,
        order=order,
        line=held.id,
        rules=rules,
        pin=code(PIN_DIGITS, "0123456789", "pin", line.process_id),
    )
    return Tell(kind=DISPATCH, to=child_of_line(line.process_id, "card", 1), message=dispatch)


def _watch(
    line: Line, held: HeldLine, asked: PrepareLine | WatchHeldLine, contact: Msisdn | None
) -> Tell:
    watch = WatchLine(
        subject=held.number or visits.access_of(held, contact),
        line=held.id,
        order=family(line.process_id),
        donor=held.donor,
        recipient=asked.recipient,
        capabilities=capabilities_of(held.kind),
        rules=asked.rules,
    )
    return _activation(line, watch)


def _activation(line: Line, message: Any) -> Tell:
    return Tell(kind=ACTIVATION, to=activation_process(line.process_id), message=message)

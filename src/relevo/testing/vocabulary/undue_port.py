"""What may happen to a port that nobody owed: reported, blocked, asked back, let go, dropped."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.engine.process import EffectParked, Heard, TimerFired
from relevo.porting.cease.messages import ServiceRead
from relevo.porting.port_in.messages import (
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInRejected,
    Witness,
)
from relevo.porting.profile import HubKind, RejectionReason, Resubmit, WhoActs
from relevo.porting.undue_port.messages import (
    AskBackAgain,
    DropUnduePort,
    ExtendBlock,
    ReportUnduePort,
    SettleTheft,
)
from relevo.porting.undue_port.model import Matter, Side, UnduePort, UndueWhy
from relevo.porting.undue_port.timing import ATTEMPTS_MAX, TIMERS
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DAY,
    DONOR,
    FIXED_NUMBER,
    HOLDER,
    HOUR,
    MAIN_NUMBER,
    RECIPIENT,
    RULES,
    window,
)
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

FAMILY = "undue-K7M2QW9X"
MUCH_LATER = AT + 31 * DAY


def matter(
    side: Side, why: UndueWhy, number: Msisdn = MAIN_NUMBER, *, rules: str = RULES, us: str = DONOR
) -> Matter:
    """A number that altamar served, and that brisa has."""
    return Matter(
        number=number,
        hub=HubKind.FIXED if number == FIXED_NUMBER else HubKind.MOBILE,
        side=side,
        us=us,
        other=RECIPIENT,
        holder=HOLDER,
        why=why,
        rules=rules,
        iccid=CARD,
    )


def undue_port_words(undue: UnduePort) -> Iterator[tuple[object, Moment]]:
    """By everybody who has a word in it, in any order."""
    yield from _reports()
    for by in ("ana", ""):
        yield SettleTheft(was_undue=True, by=by, why="the police report"), AT + DAY
        yield DropUnduePort(by=by, why="he wants to stay"), AT + DAY
    yield SettleTheft(was_undue=False, by="ana", why="he signed it himself"), AT + DAY
    yield ExtendBlock(by="ana", why="no answer yet"), AT + DAY
    if undue.attempt <= ATTEMPTS_MAX:
        yield AskBackAgain(by="ana", why="they have mended it", donor_iccid=CARD), AT + DAY
    for name in sorted(TIMERS):
        for at in (AT + HOUR, MUCH_LATER):
            yield TimerFired(name=name), at
    yield from _news(undue)
    for is_served in (True, False):
        yield ServiceRead(number=MAIN_NUMBER, is_served=is_served, at=AT + DAY), AT + DAY
    yield EffectParked(effect_id="e", effect="porting.restore_service", reason="no"), AT + DAY


def _reports() -> Iterator[tuple[object, Moment]]:
    for side in Side:
        yield ReportUnduePort(matter=matter(side, UndueWhy.NOT_ASKED_FOR), by="ana"), AT
        stolen = matter(side, UndueWhy.THEFT, FIXED_NUMBER)
        yield ReportUnduePort(matter=stolen, by="ana"), AT
    unduly = UndueWhy.CANCELLED_IN_TIME
    yield ReportUnduePort(matter=matter(Side.LOST, unduly), by=""), AT
    yield ReportUnduePort(matter=matter(Side.LOST, unduly, us="nobody"), by="ana"), AT
    unknown = matter(Side.LOST, unduly, rules="es@1999-01-01")
    yield ReportUnduePort(matter=unknown, by="ana"), AT


def _news(undue: UnduePort) -> Iterator[tuple[object, Moment]]:
    if undue.matter is None:
        return
    number, at = undue.matter.number, AT + DAY
    for attempt in {undue.attempt, 1}:
        source = f"{FAMILY}/port/{number}/{attempt}"
        for fact in _facts(number):
            yield Heard(source=source, fact=fact), at


def _facts(number: Msisdn) -> Iterator[object]:
    yield PortInConfirmed(
        number=number, reference="P1", window=window(), cancel_until=AT, witness=Witness.QUERY
    )
    for code, reason in (
        ("RECH_NORES", RejectionReason.NO_ANSWER),
        ("RECH_IDENT", RejectionReason.HOLDER_MISMATCH),
    ):
        yield PortInRejected(
            number=number,
            code=code,
            reason=reason,
            who_acts=WhoActs.DESK,
            resubmit=Resubmit.AT_ONCE,
            witness=Witness.QUERY,
        )
    yield PortInCancelled(number=number, why="error")
    yield PortInCompleted(
        number=number, donor=RECIPIENT, recipient=DONOR, at=AT + DAY, witness=Witness.QUERY
    )

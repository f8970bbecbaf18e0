"""What may happen to a number that nobody uses any more: given back, kept, ported, or resting."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.cease.messages import NumberCeased, ServiceRead
from relevo.porting.number_return.messages import (
    HoldingFound,
    KeepNumber,
    NumberCameBack,
    ReturnAccepted,
    ReturnDeclined,
    ReturnSeen,
    ReturnState,
    SettleReturn,
    StandingFound,
    StartReturn,
    TryReturnAgain,
)
from relevo.porting.number_return.model import Matter, NumberReturn, ReturnPhase
from relevo.porting.number_return.timing import TIMERS
from relevo.porting.port_in.messages import Witness
from relevo.porting.profile import HubKind
from relevo.testing.vocabulary.cast import (
    AT,
    DAY,
    DONOR,
    MAIN_NUMBER,
    MINUTE,
    OTHER_DONOR,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
    window,
)
from relevo.testing.vocabulary.heard import heard
from relevo.values.moment import Moment

BACK = "90201121190114100000017"
HELD_UNTIL, FREE_AT = AT + 31 * DAY, AT + 60 * DAY


def number_return_words(it: NumberReturn) -> Iterator[tuple[object, Moment]]:
    """Ceased or back, looked up, announced, seen by witnesses, taken back; all in disorder."""
    if it.phase in {ReturnPhase.BLANK, ReturnPhase.ASKING}:
        yield from _begins()
    for name in sorted(TIMERS):
        yield TimerFired(name=name), AT
    yield TimerFired(name="look_due"), FREE_AT
    yield from _hub()
    yield from _people(it)
    for at in (AT + MINUTE, FREE_AT):
        for holder in (f"hold:{RECIPIENT}", f"range:{RECIPIENT}", OTHER_DONOR, RECIPIENT, ""):
            yield HoldingFound(holder=holder, uses=(), step=it.phase.value), at
        in_use = HoldingFound(holder="", uses=("order R7",), step=it.phase.value)
        yield in_use, at
    for is_served in (True, False):
        yield ServiceRead(number=MAIN_NUMBER, is_served=is_served, at=AT), AT
    yield ServiceRead(number=SECOND_NUMBER, is_served=True, at=AT), AT
    parked = EffectParked(effect_id="e", effect="porting.send_return_notice", reason="away")
    yield parked, AT + MINUTE


def _begins() -> Iterator[tuple[object, Moment]]:
    for is_own_range in (True, False):
        for rules in (RULES, "es@1999-01-01"):
            ceased = NumberCeased(
                number=MAIN_NUMBER,
                operator=RECIPIENT,
                at=AT,
                is_own_range=is_own_range,
                held_until=HELD_UNTIL,
                rules=rules,
                hub=HubKind.MOBILE,
            )
            yield heard("cease", ceased), AT
    yield StartReturn(matter=_matter(), by="ana"), AT
    yield StartReturn(matter=_matter(), by=" "), AT
    yield NumberCameBack(matter=_matter(), file="f"), AT
    yield NumberCameBack(matter=_matter("es@1999-01-01"), file="f"), AT


def _matter(rules: str = RULES) -> Matter:
    return Matter(number=MAIN_NUMBER, operator=RECIPIENT, hub=HubKind.MOBILE, since=AT, rules=rules)


def _hub() -> Iterator[tuple[object, Moment]]:
    at = AT + 5 * MINUTE
    for serving, owner, busy in (
        (RECIPIENT, DONOR, False),
        (RECIPIENT, RECIPIENT, False),
        (RECIPIENT, DONOR, True),
        (OTHER_DONOR, DONOR, False),
        ("", "", False),
    ):
        yield StandingFound(serving=serving, range_holder=owner, is_in_process=busy), at
    yield ReturnAccepted(reference=BACK, window=window(31)), at
    for code in ("ACCS PERME", "AREC EXIST"):
        for of in ("notice", "cancellation"):
            yield ReturnDeclined(code=code, text="no", of=of), at
    for state in ReturnState:
        yield _seen(state), at
    yield (
        ReturnSeen(
            reference="another",
            number=MAIN_NUMBER,
            state=ReturnState.RETURNED,
            witness=Witness.FILE,
            at=AT,
        ),
        at,
    )


def _seen(state: ReturnState) -> ReturnSeen:
    return ReturnSeen(
        reference=BACK,
        number=MAIN_NUMBER,
        state=state,
        witness=Witness.QUERY,
        at=AT,
        window=window(31),
    )


def _people(it: NumberReturn) -> Iterator[tuple[object, Moment]]:
    at = AT + 9 * MINUTE
    for by in ("ana", " "):
        yield KeepNumber(by=by, why="he came back"), at
        yield TryReturnAgain(by=by), at
    for state in ReturnState:
        yield SettleReturn(state=state, at=AT, by="ana", why="asked the hub"), at
    if it.phase is ReturnPhase.UNCLEAR:
        yield SettleReturn(state=ReturnState.RETURNED, at=AT, by="", why=""), at

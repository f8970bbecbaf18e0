"""What may happen to a line: its order's commands, and all that it hears of its children."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relevo.activation.activation.messages import (
    CapabilityLost,
    LifeSignBack,
    LifeSignLost,
    LineWorks,
    WatchEnded,
)
from relevo.activation.installation.messages import (
    InstallationFailed,
    InstallationProven,
    VisitAgreed,
)
from relevo.activation.installation.model import Slot
from relevo.activation.ladder import Capability
from relevo.engine.process import EffectParked, Heard, TimerFired
from relevo.orders.held import HeldLine, SimKind
from relevo.orders.line.decider import TIMERS
from relevo.orders.line.messages import (
    AskPort,
    MendLine,
    PrepareLine,
    TakeLineOut,
    TakePortBack,
    WatchHeldLine,
)
from relevo.orders.line.model import Line, Phase
from relevo.porting.port_in.messages import (
    CancellationMissed,
    DonorCorrected,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInRejected,
    Witness,
)
from relevo.porting.profile import RejectionReason, Resubmit, WhoActs
from relevo.porting.recovery.messages import DeskAnswered, HoldEnded, NumberRecovered
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    DeliveryContested,
    ParcelTroubled,
)
from relevo.sims.esim.messages import EsimFailed, EsimInstalled
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DONOR,
    ESIM_CARD,
    FIBRE,
    HOUR,
    ORDER,
    OTHER_DONOR,
    PARTY,
    RECIPIENT,
    RULES,
    SECOND,
    SECOND_NUMBER,
    window,
)
from relevo.testing.vocabulary.heard import sample
from relevo.values.moment import Moment

LINE = "M2"
ATTEMPTS_MAX, REJECTIONS_MAX = 2, 1

Words = Iterator[tuple[object, Moment]]

REJECTIONS = (
    (RejectionReason.HOLDER_MISMATCH, WhoActs.CUSTOMER, Resubmit.AFTER_REPAIR),
    (RejectionReason.NUMBER_IN_CEASE, WhoActs.DONOR, Resubmit.AFTER_REPAIR),
    (RejectionReason.CARD_REPORTED_LOST, WhoActs.CUSTOMER, Resubmit.AFTER_REPAIR),
    (RejectionReason.FORCE_MAJEURE, WhoActs.DESK, Resubmit.NEXT_DAY),
    (RejectionReason.NO_ANSWER, WhoActs.NOBODY, Resubmit.AT_ONCE),
    (RejectionReason.UNRECOGNISED, WhoActs.DESK, Resubmit.NEVER),
)


def line_words(line: Line) -> Words:
    """Prepared or only watched, asked for, rejected, taken back, moved; dead and alive again.

    How the card comes is tried before the port is asked for, with a number that lives: what comes
    after that does not depend on it, and is walked for one way of the card only.
    """
    is_mended = line.line is not None and line.line.prepaid
    if line.attempt and (not _is_plain(line) or line.papers or is_mended):
        yield AskPort(window=window()), AT
        yield _heard(f"port/{LINE}/{line.attempt}", _ported()), AT
        return
    yield from _commands(line)
    for fact in _of_ports(line):
        yield _heard(f"port/{LINE}/{line.attempt}", fact), AT
    if line.attempt == 0 and not line.recoveries:
        for fact in _of_cards(line):
            yield _heard(f"card/{LINE}/1", fact), AT
    if line.is_installing and line.attempt == 0 and not line.recoveries:
        for fact in _of_visits():
            yield _heard("installation/W1", fact), AT
    if not (line.other_road or line.is_installing):
        for fact in _of_life(line):
            yield _heard(f"activation/{LINE}", fact), AT + HOUR
    for verdict in ("as_given", "accepted", "refused"):
        yield DeskAnswered(topic="holder_check", verdict=verdict, at=AT), AT
    yield DeskAnswered(topic="status", verdict="done", at=AT), AT
    for name in sorted(TIMERS):
        yield TimerFired(name=name), AT
    yield EffectParked(effect_id="e", effect="porting.ask_donor_desk", reason="away"), AT


def _is_plain(line: Line) -> bool:
    needs_card = line.line == SECOND
    is_on_its_way = line.sim is SimKind.CARD and not line.other_road and not line.card_ready
    return is_on_its_way or not (needs_card or line.is_installing)


def _commands(line: Line) -> Words:
    if line.phase is Phase.NEW or (line.phase is Phase.HELD and not line.recoveries):
        yield _prepare(SECOND, SimKind.CARD), AT
        yield _prepare(SECOND, SimKind.ESIM), AT
        yield _prepare(FIBRE, SimKind.CARD), AT
    elif line.line is not None:
        yield _prepare(line.line, line.sim), AT
    for held in (SECOND, FIBRE):
        yield WatchHeldLine(line=held, recipient=RECIPIENT, rules=RULES), AT
    if line.attempt < ATTEMPTS_MAX or line.phase is not Phase.WAITING:
        yield AskPort(window=window()), AT
    yield TakePortBack(why="redated"), AT
    yield TakeLineOut(why="withdrawn"), AT
    if line.phase is Phase.HELD:
        yield TakeLineOut(why="order_closed"), AT
    yield MendLine(by="ana", how="called"), AT
    if line.line == SECOND and not line.recoveries:
        yield MendLine(by="ana", how="", prepaid=True), AT


def _prepare(held: HeldLine, sim: SimKind) -> PrepareLine:
    return PrepareLine(
        line=held, customer=PARTY, recipient=RECIPIENT, sim=sim, rules=RULES, consent_at=AT
    )


def _heard(source: str, fact: Any) -> Heard:
    return Heard(source=f"{ORDER}/{source}", fact=fact)


def _of_ports(line: Line) -> Iterator[Any]:
    if line.line is not None and line.line.donor == DONOR and not line.rejections:
        yield DonorCorrected(number=SECOND_NUMBER, donor_was=DONOR, donor=OTHER_DONOR)
    yield PortInConfirmed(
        number=SECOND_NUMBER,
        reference="POR-1",
        window=window(),
        cancel_until=window().opens - HOUR,
        witness=Witness.MAILBOX,
    )
    if line.rejections < REJECTIONS_MAX:
        for reason, who, resubmit in REJECTIONS:
            yield PortInRejected(
                number=SECOND_NUMBER,
                code="CODE",
                reason=reason,
                who_acts=who,
                resubmit=resubmit,
                witness=Witness.MAILBOX,
            )
    yield PortInCancelled(number=SECOND_NUMBER, why="redated")
    yield CancellationMissed(number=SECOND_NUMBER, why="redated", code="too_late")
    yield _ported()


def _ported() -> PortInCompleted:
    return PortInCompleted(
        number=SECOND_NUMBER, donor=DONOR, recipient=RECIPIENT, at=AT, witness=Witness.MAILBOX
    )


def _of_cards(line: Line) -> Iterator[Any]:
    if line.other_road and line.phase is Phase.WAITING:
        yield sample(DeliveryContested, iccid=CARD)
    yield CardInHand(number=SECOND_NUMBER, line=LINE, iccid=CARD, at=AT, proof="pin")
    yield CardLost(number=SECOND_NUMBER, line=LINE, iccid=CARD, why="lost")
    yield ParcelTroubled(
        number=SECOND_NUMBER, line=LINE, tracking_code="RA1", reason="late", action="trace", at=AT
    )
    yield EsimInstalled(number=SECOND_NUMBER, line=LINE, iccid=ESIM_CARD, at=AT)
    yield EsimFailed(number=SECOND_NUMBER, line=LINE, iccid=ESIM_CARD, why="not_installed")


def _of_visits() -> Iterator[Any]:
    slot = Slot(opens=AT, closes=AT + HOUR)
    yield VisitAgreed(line="W1", visit=1, slot=slot, others=())
    yield InstallationProven(line="W1", access="W1", at=AT)
    yield InstallationFailed(line="W1", why="no_free_port")


def _of_life(line: Line) -> Iterator[Any]:
    is_ours = line.phase in {Phase.MOVED, Phase.LIVE}
    serving = RECIPIENT if is_ours else DONOR
    lost = LifeSignLost(
        subject=SECOND_NUMBER,
        line=LINE,
        serving=serving,
        at_donor=not is_ours,
        last_good_at=AT,
        at=AT + HOUR,
    )
    if not line.recoveries or is_ours:
        yield lost
    yield LifeSignBack(
        subject=SECOND_NUMBER,
        line=LINE,
        serving=serving,
        at_donor=not is_ours,
        dead_from=AT,
        dead_until=AT + HOUR,
    )
    yield NumberRecovered(
        number=SECOND_NUMBER, donor=DONOR, line=LINE, dead_from=AT, dead_until=AT + HOUR
    )
    yield HoldEnded(number=SECOND_NUMBER, donor=DONOR)
    yield LineWorks(subject=SECOND_NUMBER, line=LINE, at=AT)
    yield CapabilityLost(
        subject=SECOND_NUMBER, line=LINE, capability=Capability.DATA, except_from=(), at=AT
    )
    yield WatchEnded(subject=SECOND_NUMBER, line=LINE, why="watched")

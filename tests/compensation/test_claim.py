"""A claim counts what was dead and credits it without being asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from relevo.activation.activation.messages import LifeSignBack, LifeSignLost
from relevo.compensation.claim.decider import claim_process
from relevo.compensation.claim.messages import (
    AmountFound,
    CompensationCredited,
    OutageCounted,
    OutageOpened,
)
from relevo.engine.process import Heard, Step, TimerFired, advance, replay
from relevo.notices.voice.messages import SayCredit
from relevo.orders.line.messages import HeldLineWatched, LineConfirmed, LineMoved, LinePrepared
from relevo.orders.order.messages import HeldLine, LineKind, Party, SimKind
from relevo.porting.profile import Window
from relevo.porting.recovery.messages import NumberRecovered, RecoveryOvertaken
from relevo.profiles.es.compensation import schedule
from relevo.values.address import Address
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

ID = "R1/compensation/M2"
M2 = Msisdn("+34600000102")
T0 = datetime(2019, 1, 14, 13, 6, tzinfo=UTC)
WINDOW = Window(datetime(2019, 1, 18, 1, tzinfo=UTC), datetime(2019, 1, 18, 5, tzinfo=UTC))
PROCESS = claim_process(lambda code: schedule())

KNOWN = HeldLineWatched(
    line=HeldLine(
        id="M2",
        kind=LineKind.MOBILE,
        number=M2,
        donor="altamar",
        monthly_fee_eur_cents=500,
        average_3m_eur_cents=2150,
    ),
    recipient="brisa",
    rules="es@2012-06-01",
)
PREPARED = LinePrepared(
    line=KNOWN.line,
    customer=Party(
        holder=Holder("Ana", Document(DocumentType.NIF, "12345678Z"), False),
        language="es",
        email="",
        contact=M2,
        address=Address("Calle Mayor 1", "50003", "Zaragoza", "Zaragoza"),
    ),
    recipient="brisa",
    sim=SimKind.CARD,
    rules=KNOWN.rules,
    consent_at=T0,
    iccid=None,
)
CONFIRMED = LineConfirmed(line="M2", window=WINDOW, cancel_until=T0)
MOVED = LineMoved(line="M2", number=M2, at=WINDOW.opens, iccid=None)


def after(minutes: int) -> datetime:
    return T0 + timedelta(minutes=minutes)


def lost(at: datetime = T0, *, at_donor: bool = True) -> LifeSignLost:
    return LifeSignLost(
        subject=M2, line="M2", serving="altamar", at_donor=at_donor, last_good_at=at, at=at
    )


def back(
    start: datetime, end: datetime, *, at_donor: bool = True, moved_at: datetime | None = None
) -> LifeSignBack:
    return LifeSignBack(
        subject=M2,
        line="M2",
        serving="altamar",
        at_donor=at_donor,
        dead_from=start,
        dead_until=end,
        moved_at=moved_at,
    )


def recovered(start: datetime, end: datetime) -> NumberRecovered:
    return NumberRecovered(number=M2, donor="altamar", line="M2", dead_from=start, dead_until=end)


def run(*heard: Any) -> tuple[list[Any], list[Any]]:
    state, at = PROCESS.blank(ID), T0
    facts: list[Any] = []
    tells: list[Any] = []
    for each in heard:
        at += timedelta(minutes=1)
        message = each if isinstance(each, TimerFired) else Heard(source="R1/line/M2", fact=each)
        step = advance(PROCESS, state, message, at)
        assert isinstance(step, Step)
        state = step.state
        facts += step.decision.facts
        tells += step.decision.tells
    assert replay(PROCESS, ID, tuple(facts)) == state
    return facts, tells


def only(kind: type, facts: list[Any]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_the_exact_dead_time_gives_the_amount_and_the_voice_is_told() -> None:
    facts, tells = run(KNOWN, lost(), recovered(T0, after(1312)))
    (found,) = only(AmountFound, facts)
    assert (found.minutes, found.amount_eur_cents, found.automatic) == (1312, 73, False)
    assert not only(CompensationCredited, facts)
    (tell,) = tells
    assert isinstance(tell.message, SayCredit)
    assert (tell.to, tell.message.credit.amount_eur_cents) == ("R1/voice", 73)


def test_above_one_euro_it_is_credited_without_being_asked_for() -> None:
    facts, _ = run(KNOWN, lost(), recovered(T0, after(2000)))
    (credited,) = only(CompensationCredited, facts)
    assert credited.amount_eur_cents == 112
    assert credited.calculation == "max(21.50, 5 x 5.00) x 2000/44640 = 1.12 EUR"


def test_what_grows_later_is_credited_as_the_difference() -> None:
    day = 1440
    facts, _ = run(
        KNOWN,
        recovered(T0, after(2000)),
        recovered(after(2 * day), after(2 * day + 1000)),
    )
    first, second = only(CompensationCredited, facts)
    assert (first.amount_eur_cents, second.amount_eur_cents) == (112, 56)
    assert second.total_eur_cents == 168


def test_an_end_that_only_probes_saw_waits_for_the_donors_log() -> None:
    facts, _ = run(KNOWN, lost(), back(T0, after(2005)))
    assert only(AmountFound, facts)
    assert not only(CompensationCredited, facts)
    facts, _ = run(KNOWN, lost(), back(T0, after(2005)), recovered(T0, after(2000)))
    assert [each.minutes for each in only(CompensationCredited, facts)] == [2000]
    facts, _ = run(KNOWN, lost(), back(T0, after(2005)), TimerFired(name="settlement"))
    assert [each.minutes for each in only(CompensationCredited, facts)] == [2005]


def test_the_window_of_the_move_is_left_out_even_when_the_move_is_known_later() -> None:
    opens = WINDOW.opens
    dead = (opens - timedelta(minutes=60), opens + timedelta(minutes=30))
    facts, _ = run(KNOWN, CONFIRMED, back(*dead, at_donor=False), MOVED)
    assert [each.minutes for each in only(AmountFound, facts)] == [90, 60]


def test_an_outage_within_the_window_is_worth_nothing() -> None:
    opens = WINDOW.opens
    dead = (opens, opens + timedelta(minutes=200))
    facts, _ = run(KNOWN, CONFIRMED, MOVED, back(*dead, at_donor=False))
    assert only(OutageCounted, facts)
    assert not only(AmountFound, facts)


def test_a_number_that_left_its_donor_dead_is_dead_until_it_is_served_here() -> None:
    """Two days dead, then ported; nobody knew of the port for half a day more."""
    left_at, served_at = after(2000), after(2600)
    seen = back(T0, served_at, moved_at=left_at)
    log = RecoveryOvertaken(number=M2, line="M2", dead_from=after(15), dead_until=left_at)
    for heard in ((seen, log), (log, seen)):
        facts, _ = run(KNOWN, lost(), *heard)
        assert [each.minutes for each in only(AmountFound, facts)][-1] == 2585
        assert only(CompensationCredited, facts)[-1].total_eur_cents == 145


def test_the_same_outage_told_twice_counts_once() -> None:
    facts, _ = run(KNOWN, lost(), lost(), recovered(T0, after(100)), recovered(T0, after(100)))
    assert len(only(OutageOpened, facts)) == 1
    assert len(only(OutageCounted, facts)) == 1

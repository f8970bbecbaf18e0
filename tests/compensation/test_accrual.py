"""What is owed by now, and whose doing it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from relevo.compensation.accrual import Accrued, accrued, accrued_eur_cents
from relevo.compensation.attribution import Cause, attributed
from relevo.compensation.claim.model import Claim, ClaimPhase
from relevo.compensation.schedule import Outage, Terms
from relevo.orders.order.messages import OrderAccepted
from relevo.porting.port_in.messages import PortInCompleted
from relevo.porting.profile import Window
from relevo.porting.recovery.messages import NumberCut
from relevo.profiles.es.compensation import schedule
from relevo.simulation.laws_compensation import owed_cents
from relevo.testing.vocabulary.cast import SECOND
from relevo.testing.vocabulary.heard import sample

T0 = datetime(2019, 1, 14, 13, 6, tzinfo=UTC)
NUMBER = SECOND.number
ES = "es@2012-06-01"


def claim(
    outages: tuple[Outage, ...] = (), since: datetime | None = None, excluded: Window | None = None
) -> Claim:
    return Claim(
        id="R1/compensation/M2",
        phase=ClaimPhase.RUNNING if since else ClaimPhase.FOUND,
        line="M2",
        number=NUMBER,
        rules=ES,
        terms=Terms(monthly_fee_eur_cents=500, average_3m_eur_cents=2150),
        open_since=since,
        outages=outages,
        excluded=excluded,
    )


def by_now(now: datetime, *claims: Claim) -> tuple[Accrued, ...]:
    return accrued(lambda code: schedule(), claims, now)


def history(*facts: Any) -> list[tuple[int, Any]]:
    return list(enumerate(facts, start=1))


ACCEPTED = sample(OrderAccepted, lines=(SECOND,), recipient="brisa")
CUT = sample(NumberCut, number=NUMBER, donor="altamar", at=T0)


def moved(at: datetime) -> PortInCompleted:
    fact = sample(PortInCompleted, number=NUMBER, donor="altamar", recipient="brisa", at=at)
    assert isinstance(fact, PortInCompleted)
    return fact


def test_a_number_that_is_dead_now_grows_with_every_look() -> None:
    open_now = claim(since=T0)
    day, two = (by_now(T0 + timedelta(days=n), open_now)[0] for n in (1, 2))
    assert (day.owed.minutes, two.owed.minutes) == (1440, 2880)
    assert day.owed.eur_cents == 81  # 25.00 x 1440/44640 = 0.806
    assert two.owed.eur_cents == 161
    assert (day.owed.automatic, two.owed.automatic) == (False, True)
    assert day.running_since == T0


def test_lines_that_were_never_dead_are_not_in_the_list_and_the_rest_is_added_up() -> None:
    clear = Claim(
        id="R1/compensation/M1",
        phase=ClaimPhase.CLEAR,
        line="M1",
        rules=ES,
        terms=Terms(monthly_fee_eur_cents=500, average_3m_eur_cents=0),
    )
    found = by_now(T0 + timedelta(days=2), claim(since=T0), clear, claim(since=T0))
    assert [each.line for each in found] == ["M2", "M2"]
    assert accrued_eur_cents(found) == 322


@given(
    st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 9_000)), min_size=1, max_size=6),
    st.integers(0, 60_000),
)
def test_what_accrues_is_what_a_second_independent_calculation_says(
    pieces: list[tuple[int, int]], hole: int
) -> None:
    here, outages = T0, []
    for gap, length in pieces:
        begin = here + timedelta(minutes=gap + 1)
        here = begin + timedelta(minutes=length)
        outages.append(Outage(dead_from=begin, dead_until=here, exact=True))
    opens = T0 + timedelta(minutes=hole)
    window = Window(opens, opens + timedelta(hours=4))
    found = by_now(here, claim(tuple(outages), excluded=window))[0]
    dead = [(each.dead_from, each.dead_until) for each in outages]
    foreseen = (window.opens, window.closes)
    assert found.owed.eur_cents == owed_cents(500, 2150, dead, "Europe/Madrid", foreseen)


def test_a_cut_by_the_donor_is_reclaimed_from_the_donor() -> None:
    line = by_now(T0 + timedelta(days=2), claim(since=T0))[0]
    (share,) = attributed(line, history(ACCEPTED, CUT))
    assert (share.party, share.cause) == ("altamar", Cause.CUT_BY_DONOR)
    assert share.reclaimed_eur_cents == share.eur_cents == line.owed.eur_cents
    assert share.rests_on == (1, 2)
    assert share.unsettled


def test_what_is_dead_after_the_move_is_ours() -> None:
    outage = Outage(dead_from=T0, dead_until=T0 + timedelta(hours=48), exact=True)
    line = by_now(T0 + timedelta(days=3), claim((outage,)))[0]
    shares = attributed(line, history(ACCEPTED, CUT, moved(T0 + timedelta(hours=36))))
    donor, ours = shares
    assert (donor.party, donor.minutes) == ("altamar", 36 * 60)
    assert (ours.party, ours.cause, ours.minutes) == (
        "brisa",
        Cause.NOT_SERVED_BY_RECIPIENT,
        12 * 60,
    )
    assert ours.reclaimed_eur_cents == 0
    assert donor.eur_cents + ours.eur_cents == line.owed.eur_cents


def test_dead_at_the_donor_without_a_cut_is_told_apart() -> None:
    line = by_now(T0 + timedelta(days=1), claim(since=T0))[0]
    (share,) = attributed(line, history(ACCEPTED))
    assert (share.party, share.cause) == ("altamar", Cause.DEAD_AT_DONOR)


@given(st.integers(1, 5_000), st.integers(0, 6_000))
def test_shares_add_up_to_the_cent(length: int, moves_after: int) -> None:
    outage = Outage(dead_from=T0, dead_until=T0 + timedelta(minutes=length), exact=True)
    line = by_now(T0 + timedelta(days=9), claim((outage,)))[0]
    shares = attributed(line, history(ACCEPTED, moved(T0 + timedelta(minutes=moves_after))))
    assert sum(each.eur_cents for each in shares) == line.owed.eur_cents
    assert sum(each.minutes for each in shares) == length


def test_the_change_window_is_nobodys_doing() -> None:
    outage = Outage(dead_from=T0, dead_until=T0 + timedelta(hours=48), exact=True)
    window = Window(T0 + timedelta(hours=30), T0 + timedelta(hours=34))
    line = by_now(T0 + timedelta(days=3), claim((outage,), excluded=window))[0]
    shares = attributed(line, history(ACCEPTED, CUT, moved(T0 + timedelta(hours=33))))
    assert [share.minutes for share in shares] == [30 * 60, 14 * 60]
    assert sum(share.minutes for share in shares) == line.owed.minutes

"""The Spanish rule on its vectors (rights-care 2.7), and the arithmetic around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.compensation.schedule import Outage, Terms, added, entitlement
from relevo.porting.profile import Window
from relevo.profiles.es.compensation import schedule

RULE = schedule()
MONTH_OF_30_DAYS = 30 * 24 * 60
T0 = datetime(2019, 1, 14, 13, 6, tzinfo=UTC)


def terms(fee: int, average: int) -> Terms:
    return Terms(monthly_fee_eur_cents=fee, average_3m_eur_cents=average)


def outage(start: datetime, minutes: int, *, exact: bool = True) -> Outage:
    return Outage(dead_from=start, dead_until=start + timedelta(minutes=minutes), exact=exact)


@pytest.mark.parametrize(
    ("fee", "average", "hours", "cents", "automatic"),
    [(2000, 2400, 30, 417, True), (1000, 1200, 12, 83, False)],
)
def test_voice_gives_the_greater_of_average_and_five_fees(
    fee: int, average: int, hours: int, cents: int, automatic: bool
) -> None:
    amount = RULE.voice_outage(terms(fee, average), hours * 60, MONTH_OF_30_DAYS)
    assert (amount.eur_cents, amount.automatic) == (cents, automatic)
    assert amount.rule == "ES.voice.outage"


def test_force_majeure_gives_fee_and_fixed_charges_and_is_always_automatic() -> None:
    amount = RULE.voice_force_majeure(
        terms(2000, 0), 48 * 60, MONTH_OF_30_DAYS, other_fixed_eur_cents=500
    )
    assert (amount.eur_cents, amount.automatic) == (167, True)


def test_internet_gives_its_share_and_is_automatic_above_six_daytime_hours() -> None:
    amount = RULE.internet_outage(2000, 8 * 60, MONTH_OF_30_DAYS, minutes_08_22=480)
    assert (amount.eur_cents, amount.automatic) == (22, True)
    short = RULE.internet_outage(2000, 6 * 60, MONTH_OF_30_DAYS, minutes_08_22=360)
    assert not short.automatic


def test_exactly_one_euro_is_not_credited_by_itself() -> None:
    assert not RULE.credits_itself(100)
    assert RULE.credits_itself(101)


def test_the_second_number_of_the_story() -> None:
    owed = entitlement(RULE, terms(500, 2150), (outage(T0, 1312),), excluded=None)
    assert (owed.minutes, owed.eur_cents, owed.automatic) == (1312, 73, False)
    assert owed.main_month is not None
    assert owed.main_month.month_minutes == 44_640


def test_the_change_window_is_left_out() -> None:
    window = Window(T0 + timedelta(minutes=60), T0 + timedelta(minutes=300))
    owed = entitlement(RULE, terms(500, 0), (outage(T0, 400),), excluded=window)
    assert owed.minutes == 160


def test_pieces_are_added_before_they_are_rounded() -> None:
    pieces = tuple(outage(T0 + timedelta(hours=n), 20) for n in range(0, 60, 2))
    owed = entitlement(RULE, terms(500, 0), pieces, excluded=None)
    assert owed.eur_cents == RULE.voice_outage(terms(500, 0), 600, 44_640).eur_cents


def test_an_outage_over_midnight_of_the_last_day_is_split_where_people_change_the_month() -> None:
    start = datetime(2019, 1, 31, 22, 0, tzinfo=UTC)  # 23:00 in Spain
    owed = entitlement(RULE, terms(500, 0), (outage(start, 120),), excluded=None)
    assert [(share.month, share.minutes) for share in owed.months] == [
        ("2019-01", 60),
        ("2019-02", 60),
    ]


def test_a_month_with_a_clock_change_is_an_hour_shorter() -> None:
    start = datetime(2019, 3, 30, 12, 0, tzinfo=UTC)
    owed = entitlement(RULE, terms(500, 0), (outage(start, 60),), excluded=None)
    assert owed.months[0].month_minutes == 31 * 1440 - 60


def test_what_the_donors_log_says_replaces_what_probes_saw() -> None:
    seen = outage(T0, 300, exact=False)
    told = outage(T0 + timedelta(minutes=5), 290)
    assert added((seen,), told) == (told,)
    assert added((told,), seen) == (told,)


def test_the_donors_log_ends_with_the_leaving_of_the_number_and_the_outage_does_not() -> None:
    """It died at its donor, left it while it was dead, and was served here two hours later."""
    left_at = T0 + timedelta(minutes=300)
    seen_at_donor, ours = outage(T0, 300, exact=False), outage(left_at, 120)
    told = outage(T0 + timedelta(minutes=5), 295)
    whole = (outage(T0 + timedelta(minutes=5), 415),)
    assert added(added(added((), seen_at_donor), ours), told) == whole
    assert added(added(added((), told), seen_at_donor), ours) == whole


@given(
    st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 5_000), st.booleans()), max_size=8)
)
def test_outages_never_overlap_and_never_count_twice(
    pieces: list[tuple[int, int, bool]],
) -> None:
    outages: tuple[Outage, ...] = ()
    for start, minutes, exact in pieces:
        outages = added(outages, outage(T0 + timedelta(minutes=start), minutes, exact=exact))
    for one, other in pairwise(outages):
        meets = one.dead_until == other.dead_from and one.exact != other.exact
        assert one.dead_until < other.dead_from or meets
    owed = entitlement(RULE, terms(500, 0), outages, excluded=None)
    span = sum(((o.dead_until - o.dead_from) for o in outages), timedelta())
    assert owed.minutes <= span // timedelta(minutes=1)

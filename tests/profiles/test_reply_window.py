"""When the donor's time to answer begins (facts/porting-es.md, 3.5): a no before it is refused."""

from __future__ import annotations

from datetime import date

import pytest

from relevo.porting.profile import HubKind
from relevo.profiles.book import load_book
from relevo.values.moment import instant

RULES = load_book().on("es", date(2025, 10, 1))


@pytest.mark.parametrize(
    ("created", "begins", "ends"),
    [
        ("2025-10-31T10:21:00+01:00", "2025-10-31T14:00:00+01:00", "2025-10-31T20:00:00+01:00"),
        ("2025-10-31T17:25:00+01:00", "2025-11-03T08:00:00+01:00", "2025-11-03T14:00:00+01:00"),
        ("2025-12-05T16:37:00+01:00", "2025-12-09T08:00:00+01:00", "2025-12-09T14:00:00+01:00"),
        ("2025-11-09T11:00:00+01:00", "2025-11-10T14:00:00+01:00", "2025-11-10T20:00:00+01:00"),
    ],
)
def test_the_mobile_donor_answers_in_the_half_day_after_the_request(
    created: str, begins: str, ends: str
) -> None:
    asked_at = instant(created)
    assert RULES.reply_from(HubKind.MOBILE, asked_at) == instant(begins)
    assert RULES.reply_due(HubKind.MOBILE, asked_at) == instant(ends)


@pytest.mark.parametrize("hub", HubKind)
def test_there_is_always_time_to_answer(hub: HubKind) -> None:
    for hour in range(24):
        asked_at = instant(f"2025-10-31T{hour:02d}:30:00+01:00")
        assert RULES.reply_from(hub, asked_at) < RULES.reply_due(hub, asked_at)

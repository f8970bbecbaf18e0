"""What was told before is read as of the day on which it was said, and never anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.claims.customer import KNOWN, WAITS

from relevo.claims.model import Said
from relevo.claims.told import said_before
from relevo.values.moment import instant

MONDAY = instant("2021-03-01T12:00:00+01:00")


def told(text: str) -> Said:
    return Said(at=MONDAY, channel="sms", text=text)


def test_tomorrow_is_the_day_after_it_was_said() -> None:
    facts = replace(KNOWN, said=(told("El 611 222 333 cambia mañana a las 02:00."),))
    (message,) = said_before(facts)
    assert message.days == {date(2021, 3, 2)}
    (later,) = said_before(replace(facts, now=facts.now + timedelta(days=9)))
    assert later is message


def test_dates_states_amounts_and_requests_are_kept_and_the_oldest_comes_first() -> None:
    first = told("El 611 222 333 está confirmado y cambia el 5 de marzo. Te abonamos 3,46 €.")
    second = Said(at=MONDAY + timedelta(hours=1), channel="email", text="Envíanos tu DNI.")
    one, two = said_before(replace(KNOWN, said=(second, first)))
    (date_told,) = one.dated
    assert (date_told.about, date_told.subjects) == ("window", (WAITS,))
    assert date_told.days == {date(2021, 3, 5)}
    assert (WAITS, "confirmed") in one.states
    assert [str(each.amount) for each in one.sums] == ["3.46"]
    assert not one.asks
    assert two.asks == {"identity_document"}

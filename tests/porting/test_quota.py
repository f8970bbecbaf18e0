"""A hub's no for the day is remembered: nobody else asks, and nobody is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.porting.port_in.messages import HubAccepted, HubDeclined, RequestPortIn, SendPortRequest
from relevo.porting.profile import PortingProfile, Window
from relevo.porting.quota.perform import OUR_QUOTA, QuotaGate
from relevo.porting.quota.queries import parked_donors
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import instant

MONDAY = instant("2019-01-14T08:12:00+01:00")
SPENT = HubDeclined(code="AREC CUPO4", text="cupo agotado", of="request")
STORED = HubAccepted(
    reference="90290111190114083000017",
    donor="altamar",
    window=Window(
        opens=instant("2019-01-16T02:00:00+01:00"), closes=instant("2019-01-16T06:00:00+01:00")
    ),
    reply_due=instant("2019-01-14T20:00:00+01:00"),
)


@dataclass
class Hub:
    """Answers as it is told, and counts who asked."""

    answer: HubAccepted | HubDeclined = SPENT
    asked: list[str] = field(default_factory=list)

    def ask(self, request: SendPortRequest) -> Callable[[], Sequence[object]]:
        def call() -> Sequence[object]:
            self.asked.append(request.contract_code)
            return [self.answer]

        return call


@pytest.fixture(scope="module")
def quota_database(postgres: Server) -> str:
    dsn = clone(postgres, "quota_tests")
    migrate(dsn, ("relevo.numbering", "relevo.porting"))
    return dsn


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MONDAY)


@pytest.fixture
def gate(
    quota_database: str, book: Callable[[str], PortingProfile], clock: VirtualClock
) -> Iterator[QuotaGate]:
    gate = QuotaGate(quota_database, book, clock)
    yield gate
    gate.close()
    wipe(quota_database)


@pytest.fixture
def request_of(asked: Callable[..., RequestPortIn]) -> Callable[..., SendPortRequest]:
    def made(contract: str, **changed: Any) -> SendPortRequest:
        wanted = asked()
        request = SendPortRequest(
            hub=wanted.hub,
            number=wanted.number,
            donor=wanted.donor,
            recipient=wanted.recipient,
            holder=wanted.holder,
            contract_code=contract,
            rules=wanted.rules,
            consent_at=wanted.consent_at,
            window=None,
            donor_iccid=None,
            prepaid=False,
        )
        return replace(request, **changed)

    return made


Making = Callable[..., SendPortRequest]


def test_after_one_no_for_the_day_nobody_asks_this_donor_and_all_hear_the_same(
    gate: QuotaGate, request_of: Making
) -> None:
    hub = Hub()
    for n in range(100):
        request = request_of(f"902{n:08d}")
        assert gate.through(request, hub.ask(request)) == [SPENT]
    assert hub.asked == ["90200000000"]


def test_other_donors_and_our_other_brands_are_asked_all_the_same(
    gate: QuotaGate, request_of: Making
) -> None:
    hub = Hub()
    for changed in ({}, {"donor": "cantil"}, {"recipient": "duna"}):
        request = request_of("90200000001", **changed)
        gate.through(request, hub.ask(request))
    assert len(hub.asked) == 3


def test_the_next_working_day_the_donor_is_asked_again(
    gate: QuotaGate, request_of: Making, clock: VirtualClock, quota_database: str
) -> None:
    hub, request = Hub(), request_of("90200000001")
    gate.through(request, hub.ask(request))
    with connect(quota_database) as connection:
        (parked,) = parked_donors(connection, clock.now())
    assert (parked.donor, parked.until) == ("altamar", instant("2019-01-15T00:00:00+01:00"))
    hub.answer = STORED
    clock.advance_to(instant("2019-01-15T08:10:00+01:00"))
    assert gate.through(request, hub.ask(request)) == [STORED]


def test_a_no_about_one_request_holds_up_nobody_else(gate: QuotaGate, request_of: Making) -> None:
    hub = Hub(answer=HubDeclined(code="AREC CUPO1", text="cupo", of="request"))
    for n in range(3):
        request = request_of(f"902{n:08d}")
        gate.through(request, hub.ask(request))
    assert len(hub.asked) == 3


def test_our_own_quota_counts_requests_and_not_their_repetitions(
    quota_database: str,
    book: Callable[[str], PortingProfile],
    clock: VirtualClock,
    request_of: Making,
) -> None:
    limited = _with_quota(book, 2)
    gate, hub = QuotaGate(quota_database, limited, clock), Hub(answer=STORED)
    said: list[object] = []
    for contract in ("90200000001", "90200000001", "90200000002", "90200000003", "90200000001"):
        request = request_of(contract)
        said += gate.through(request, hub.ask(request))
    assert [getattr(each, "code", "") for each in said] == ["", "", "", OUR_QUOTA, ""]
    clock.advance_to(instant("2019-01-15T08:10:00+01:00"))
    request = request_of("90200000003")
    assert gate.through(request, hub.ask(request)) == [STORED]
    gate.close()
    wipe(quota_database)


def _with_quota(
    book: Callable[[str], PortingProfile], most: int
) -> Callable[[str], PortingProfile]:
    """The country's rules, with the quota that an operator has written into its terms."""

    def limited(code: str) -> PortingProfile:
        rules: Any = book(code)
        terms = {
            hub: replace(each, requests_per_day=most) for hub, each in rules.recipients.items()
        }
        changed: PortingProfile = replace(rules, recipients=terms)
        return changed

    return limited

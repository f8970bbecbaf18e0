"""The program fits together: each effect has a performer, each listener hears somebody."""

from __future__ import annotations

from collections import Counter

import pytest

from relevo import wiring
from relevo.adapters.network_rest.donor_lines import DonorLines
from relevo.config import Endpoints
from relevo.engine.clock import SystemClock
from relevo.engine.process import Heard, wire_name
from relevo.rim import Site, rim
from relevo.routing import FAMILY_WISE, LINE_WISE, NUMBER_WISE, OF_ITS_OWN

SITE = Site(
    operator="brisa",
    rules=wiring.book().editions("es")[0].rules,
    endpoints=Endpoints(
        mobile_hub_url="http://127.0.0.1:9/nc",
        fixed_hub_url="http://127.0.0.1:9/er",
        desk_url="http://127.0.0.1:9/desk",
        courier_url="http://127.0.0.1:9/courier",
        field_service_url="http://127.0.0.1:9/field",
        network_url="http://127.0.0.1:9/network",
        esim_url="http://127.0.0.1:9",
        mail_url="http://127.0.0.1:9/mail",
        smtp_host="127.0.0.1",
        smtp_port=9,
    ),
)
KINDS = wiring.processes()


def test_every_effect_that_a_process_decides_has_a_performer() -> None:
    outside, books = rim(SITE), wiring.Books("postgresql:///nowhere", SystemClock())
    carried_out = wiring.performers(outside, DonorLines(outside.network), books)
    decided = wiring.catalogue().effects()
    assert sorted(wire_name(effect) for effect in decided - set(carried_out)) == []
    assert sorted(wire_name(effect) for effect in set(carried_out) - decided) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.kind))
def test_whoever_listens_hears_somebody(kind: object) -> None:
    stated = {fact for each in KINDS for fact in each.facts}
    unheard = [wire_name(fact) for fact in getattr(kind, "hears", ()) if fact not in stated]
    assert unheard == []


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.hears], ids=lambda kind: str(kind.kind)
)
def test_who_hears_has_a_place_to_which_facts_are_routed(kind: object) -> None:
    name = str(getattr(kind, "kind", ""))
    placed = (LINE_WISE, FAMILY_WISE, NUMBER_WISE, OF_ITS_OWN)
    assert name in {each for kinds in placed for each in kinds}


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        ("orders.line", "R7/port/M2/1", "R7/line/M2"),
        ("orders.line", "R7/recovery/M2/3", "R7/line/M2"),
        ("orders.line", "R7/promise/next_update/1", None),
        ("orders.order", "R7/line/M2", "R7"),
        ("orders.order", "R7", None),
        ("notices.voice", "R7/activation/M2", "R7/voice"),
        ("care.case", "R7", "R7/case"),
        ("compensation.claim", "R7/line/M2", "R7/compensation/M2"),
        ("compensation.claim", "R7", None),
    ],
)
def test_a_fact_is_heard_by_the_process_of_its_own_line_or_order(
    kind: str, source: str, target: str | None
) -> None:
    routes = [route for found in wiring.catalogue().routes.values() for route in found]
    route = next(route for route in routes if route.kind == kind)
    assert route.to(source, Heard(source=source, fact=None)) == target


def test_nobody_hears_the_same_fact_twice() -> None:
    routes = [route for found in wiring.catalogue().routes.values() for route in found]
    doubled = Counter((wire_name(route.fact), route.kind) for route in routes)
    assert [pair for pair, times in doubled.items() if times > 1] == []

"""The field service over its wire: slots, one visit at a time, and what a technician reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.simulators.plan import FaultPlan

VISIT = {"reference": "R/installation/L", "access": "L", "name": "Ana", "phone": "+34976000100"}


def book(play: Any, visit: int = 1, **more: object) -> Any:
    return play.post("/field/visits", {**VISIT, "visit": visit, "address": play.address, **more})


def outcomes(play: Any) -> list[tuple[int, str]]:
    events = play.get("/field/events?after=0")["events"]
    return [(event["visit"], event["outcome"]) for event in events]


def works(play: Any) -> bool:
    return bool(play.get("/field/accesses/L")["works"])


def test_a_visit_has_a_slot_on_a_working_day_and_the_access_works_after_it(
    start: Callable[..., Any],
) -> None:
    play = start()
    booked = book(play)
    assert booked["slot"]["opens"].startswith("2019-01-16T")
    assert len(booked["others"]) == 6
    assert book(play) == booked  # the same visit is the same visit
    assert not works(play)
    play.run_for(days=3)
    assert outcomes(play) == [(1, "done")]
    assert works(play)


def test_the_donors_internet_goes_on_while_the_new_one_is_laid(start: Callable[..., Any]) -> None:
    play = start()
    book(play)
    play.run_for(days=3)
    assert play.world.truth.capabilities("L") == ("data",)
    assert play.world.truth.holder("L").network == "altamar"


@pytest.mark.parametrize(
    ("what", "reported"),
    [
        ("absent", "customer_absent"),
        ("no_access", "no_access"),
        ("no_port", "no_free_port"),
        ("wrong_address", "address_wrong"),
        ("another_visit", "needs_another_visit"),
        ("cancelled", "cancelled_by_contractor"),
    ],
)
def test_a_visit_in_vain_is_reported_and_nothing_is_laid(
    start: Callable[..., Any], what: str, reported: str
) -> None:
    play = start(FaultPlan(where="field", what=what))
    book(play)
    play.run_for(days=3)
    assert outcomes(play) == [(1, reported)]
    assert not works(play)


def test_a_technician_may_be_late_silent_or_report_what_he_never_made(
    start: Callable[..., Any],
) -> None:
    late = start(FaultPlan(where="field", what="late"))
    book(late)
    late.run_for(days=3)
    assert outcomes(late) == [(1, "late"), (1, "done")]
    silent = start(FaultPlan(where="field", what="silent"))
    book(silent)
    silent.run_for(days=3)
    assert outcomes(silent) == []
    false = start(FaultPlan(where="field", what="false_done"))
    book(false)
    false.run_for(days=3)
    assert outcomes(false) == [(1, "done")]
    assert not works(false)


def test_a_newer_visit_takes_the_place_of_the_one_before(start: Callable[..., Any]) -> None:
    play = start()
    first = book(play)
    second = book(play, 2, opens=first["others"][-1]["opens"])
    assert second["slot"] == first["others"][-1]
    play.run_for(days=7)
    assert outcomes(play) == [(2, "done")]


def test_nobody_comes_to_a_visit_that_was_called_off(start: Callable[..., Any]) -> None:
    play = start()
    book(play)
    play.post("/field/visits/cancel", {"reference": VISIT["reference"], "visit": 1})
    play.run_for(days=5)
    assert outcomes(play) == []


def test_what_cannot_be_laid_is_refused_with_the_field_that_is_wrong(
    start: Callable[..., Any],
) -> None:
    play = start()
    body = {**VISIT, "visit": 1, "address": play.address}
    unknown = play.http.post("/field/visits", json={**body, "access": "nowhere"})
    assert unknown.status_code == 400
    assert unknown.json()["error"].startswith("access:")
    taken = play.http.post("/field/visits", json={**body, "opens": "2019-01-14T09:00:00+01:00"})
    assert taken.status_code == 409
    assert taken.json()["error"].startswith("slot:")

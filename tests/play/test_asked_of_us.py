"""The donor's side of a scenario: what we serve, who asks for it, and what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from relevo.play.order_form import check_order
from relevo.play.scenario import BadScenario, Scenario, parse_scenario
from relevo.values.moment import instant

STORIES = Path(__file__).parents[2] / "stories"
HEAD = """
title  = "t"
us     = "brisa"
starts = 2025-10-20T09:10:00+02:00

[customer]
name     = "Taller Cierzo S.L."
document = { type = "CIF", number = "B99286320" }
email    = "hola@cierzo.example"
contact  = "+34976000100"
address  = { street = "Calle Mayor", postcode = "50003", city = "Zaragoza", province = "Zaragoza" }
"""
SERVED = """
[[served]]
id = "S1"
number = "+34 600 000 301"
[[served]]
id = "S2"
number = "+34600000302"
payment = "prepaid"
ported_from = "duna"
depends_on = "S1"
"""
ASKED = """
[[port_out]]
lines = ["S1", "S2"]
recipient = "cantil"
after = "PT2H"
document = { type = "CIF", number = "A58818501" }
wish = 2025-10-30
cancel_after = "PT20H"
agrees = false
"""


def read(text: str) -> Scenario:
    return parse_scenario(text, check_order)


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadScenario) as bad:
        read(text)
    return [(fault.key, fault.remedy) for fault in bad.value.faults]


def test_a_story_without_an_order_says_who_we_are() -> None:
    scenario = read(HEAD + SERVED + ASKED)
    assert not scenario.has_order
    assert scenario.world.recipient == "brisa"
    assert scenario.world.lines == ()


def test_what_we_serve_is_read_with_all_that_a_donor_looks_at() -> None:
    first, second = read(HEAD + SERVED + ASKED).world.served
    assert (first.number, first.ported_from, first.payment) == ("+34600000301", None, "postpaid")
    assert (second.ported_from, second.payment, second.depends_on) == ("duna", "prepaid", "S1")
    assert len(second.card) == 19


def test_a_request_of_another_operator_is_read_with_its_mistakes() -> None:
    (asked,) = read(HEAD + SERVED + ASKED).world.port_outs
    assert asked.numbers == ("+34600000301", "+34600000302")
    assert asked.is_multiple
    assert asked.due == instant("2025-10-20T11:10:00+02:00")
    assert asked.document == ("CIF", "A58818501")
    assert (asked.wish, asked.cancel_after) == (date(2025, 10, 30), timedelta(hours=20))
    assert not asked.agrees


@pytest.mark.parametrize(
    ("was", "becomes", "key"),
    [
        ('us     = "brisa"\n', "", "us"),
        ('us     = "brisa"', 'us     = "nobody"', "us"),
        ('number = "+34600000302"', 'number = "600"', "served[2].number"),
        ('payment = "prepaid"', 'payment = "free"', "served[2].payment"),
        ('payment = "prepaid"', 'iccid = "8934099000000000011"', "served[2].iccid"),
        ('depends_on = "S1"', 'depends_on = "S9"', "served[2].depends_on"),
        ('id = "S2"', 'id = "S1"', "served[2].id"),
        ('number = "B99286320"', 'number = "B99286321"', "customer.document"),
        ('lines = ["S1", "S2"]', 'lines = ["S7"]', "port_out[1].lines"),
        ('lines = ["S1", "S2"]', "lines = []", "port_out[1].lines"),
        ('recipient = "cantil"', 'recipient = "nobody"', "port_out[1].recipient"),
        ('after = "PT2H"', 'after = "soon"', "port_out[1].after"),
        ("agrees = false", "agree = false", "port_out[1].agree"),
    ],
)
def test_a_mistake_is_named_with_its_key(was: str, becomes: str, key: str) -> None:
    text = HEAD + SERVED + ASKED
    assert was in text
    assert key in [found for found, _ in faults_of(text.replace(was, becomes, 1))]


def test_nobody_can_ask_for_what_is_not_served() -> None:
    assert ("served", "add a [[served]] for each line that we are asked for") in faults_of(
        HEAD + ASKED
    )


def test_a_served_line_can_be_named_by_faults_and_expectations() -> None:
    scenario = read(
        HEAD
        + SERVED
        + ASKED
        + """
[[fault]]
where = "hub"
what  = "lose_notice"
line  = "S2"
[expect]
dead_minutes = { S1 = 0 }
custody = { "+34600000301" = "brisa" }
port_outs = { "+34600000301" = "rejected:RECH_IDENT", "+34600000302" = "left out" }
told_by = { S2 = 2025-10-21T14:00:00+02:00 }
"""
    )
    assert scenario.world.faults[0].line == "S2"
    assert scenario.expected.port_outs["+34600000302"] == "left out"
    assert scenario.expected.told_by["S2"] == instant("2025-10-21T14:00:00+02:00")


@pytest.mark.parametrize(
    ("expected", "key"),
    [
        ('port_outs = { "+34600000301" = "gone" }', "expect.port_outs.+34600000301"),
        ('port_outs = { "+34600000999" = "ported" }', "expect.port_outs.+34600000999"),
        ('told_by = { S1 = "soon" }', "expect.told_by.S1"),
    ],
)
def test_an_expectation_that_means_nothing_is_refused(expected: str, key: str) -> None:
    found = faults_of(f"{HEAD}{SERVED}{ASKED}\n[expect]\n{expected}\n")
    assert key in [name for name, _ in found]


def test_the_hub_may_keep_days_of_its_own() -> None:
    text = HEAD.replace('us     = "brisa"', 'us = "brisa"\nmore_holidays = [2025-10-21]')
    assert read(text + SERVED + ASKED).world.more_holidays == (date(2025, 10, 21),)
    wrong = text.replace("[2025-10-21]", '"Tuesday"')
    assert ("more_holidays", "write for example [2019-01-16]") in faults_of(wrong + SERVED + ASKED)


@pytest.mark.parametrize("cause", ["GENE ERINT", "AREC CUPO1", "WHAT EVER1"])
def test_a_hub_may_refuse_with_any_code_but_a_donor_with_the_countrys_only(cause: str) -> None:
    fault = '\n[[fault]]\nwhere = "{where}"\nwhat = "{what}"\ncause = "{cause}"\n'
    text = HEAD + SERVED + ASKED
    assert read(text + fault.format(where="hub", what="refuse", cause=cause)).world.faults
    found = faults_of(text + fault.format(where="donor", what="reject", cause=cause))
    assert [key for key, _ in found] == ["fault[1].cause"]

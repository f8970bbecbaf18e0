"""Bad orders in a file: each gets one message that names key, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from relevo.play.order_form import check_order, order_draft
from relevo.play.scenario import BadScenario, parse_scenario
from relevo.play.table_reader import ScenarioFault

CLEAN_FILE = Path(__file__).parents[2] / "stories" / "clean.toml"
CLEAN = CLEAN_FILE.read_text(encoding="utf-8")


def faults_of(text: str) -> tuple[ScenarioFault, ...]:
    with pytest.raises(BadScenario) as bad:
        parse_scenario(text, check_order)
    return bad.value.faults


def test_the_clean_story_is_a_good_order() -> None:
    draft = order_draft(parse_scenario(CLEAN, check_order))
    assert draft.moving == ("F", "M1", "M2")
    assert draft.lines[2].average_3m == "21.50"


@pytest.mark.parametrize(
    ("was", "becomes", "key", "remedy"),
    [
        ('"+34600000102"\ndonor', '"+3460000010"\ndonor', "line[3].number", "digits"),
        ('"+34600000102"\ndonor', '"+34600000101"\ndonor', "line[3].number", "own number"),
        ('"B99286320"', '"B99286321"', "customer.document.number", "document"),
        ('type = "CIF"', 'type = "DNI"', "customer.document", "CIF"),
        ('"altamar"\npayment = "postpaid"\ndepends', '"zenit"\npayment = "postpaid"\ndepends',
         "line[3].donor", "altamar"),
        ('recipient = "brisa"', 'recipient = "zenit"', "order.recipient", "brisa"),
        ('iccid = "8934071100000000012"', 'iccid = "8934071100000000013"', "line[2].iccid",
         "digit"),
        ('iccid = "8934071100000000012"', 'iccid = "89340711000000000120"', "line[2].iccid",
         "20th"),
        ('payment = "postpaid"\ndepends_on', 'payment = "prepaid"\ndepends_on', "line[3].iccid",
         "19 digits"),
        ('postcode = "50003"', 'postcode = "50410"', "customer.address.postcode", "town"),
        ('depends_on = "M1"', 'depends_on = "M9"', "line[3].depends_on", "M1"),
        ('depends_on = "M1"', 'depends_on = "M2"', "line[3].depends_on", "wrong"),
        ('lines = ["F", "M1", "M2"]', 'lines = ["F", "M3"]', "order.lines[2]", "M1"),
        ('lines = ["F", "M1", "M2"]', "lines = []", "order.lines", "F"),
        ('wish  = "asap"', 'wish  = "2018-12-01"', "order.wish", "day"),
        ('contact  = "+34976000100"', 'contact  = "+34600000101"', "customer.contact", "number"),
        ('profile  = "es"', 'profile  = "zz"', "profile", "es"),
        ("2019-01-13T11:59", "1980-01-13T11:59", "starts", "later"),
        ('email    = "hola@cierzo.example"', 'email    = "hola"', "customer.email", "e"),
    ],
)  # fmt: skip
def test_a_bad_order_is_refused_with_one_message(
    was: str, becomes: str, key: str, remedy: str
) -> None:
    assert was in CLEAN
    text = CLEAN.replace(was, becomes, 1)
    faults = faults_of(text)
    assert [fault.key for fault in faults if fault.key.startswith(key)], faults
    assert len(faults) == 1, faults
    assert remedy in faults[0].remedy
    line = text.splitlines()[faults[0].line - 1]
    is_missing = line == "[[line]]" and "payment" in becomes
    assert is_missing or any(part.strip('"') in line for part in becomes.split()), line


def test_shape_and_meaning_are_told_together_and_each_key_once() -> None:
    text = CLEAN.replace('"B99286320"', '"B99286321"').replace("seed     = 1", "seed     = -1")
    text = text.replace('donor = "altamar"\n', "", 1)
    assert [fault.key for fault in faults_of(text)] == [
        "seed", "customer.document.number", "line[1].donor",
    ]  # fmt: skip


def test_a_cause_that_the_country_does_not_know_names_its_key() -> None:
    story = CLEAN_FILE.with_name("donor-rejects-the-holder.toml").read_text(encoding="utf-8")
    scenario = parse_scenario(story.replace("RECH_IDENT", "RECH_NOPE"))
    ((path, why, _),) = check_order(scenario)
    assert path == ("fault", 0, "cause")
    assert "RECH_NOPE" in why

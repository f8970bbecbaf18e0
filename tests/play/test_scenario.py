"""A scenario is read strictly: every mistake is named with its key, its line and a remedy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import relevo.porting.port_in.messages  # noqa: F401 - declares facts that ``on`` may name
from relevo.play.scenario import BadScenario, Scenario, load_scenario, parse_scenario
from relevo.play.table_reader import ScenarioFault

GOOD = """title = "A bundle"
profile = "es"
starts = 2019-01-13T11:59:00+01:00
seed = 7
ends_by = "P14D"

[customer]
name = "Taller Cierzo S.L."
document = { type = "CIF", number = "B99286320" }
business = true
language = "es"
email = "hola@cierzo.example"
contact = "+34976000100"
address = { street = "Calle 17", postcode = "50003", city = "Zaragoza", province = "Zaragoza" }
decides = { M2 = "port" }

[[line]]
id = "M1"
kind = "mobile"
number = "+34600000101"
donor = "altamar"
payment = "prepaid"
iccid = "8934071100000000012"

[[line]]
id = "M2"
kind = "mobile"
number = "+34600000102"
donor = "altamar"
depends_on = "M1"
monthly_fee = 5.00
average_3m = 21.50

[order]
recipient = "brisa"
lines = ["M1", "M2"]
sim = "card"
wish = "asap"

[[fault]]
where = "donor"
what = "cease_dependent"
line = "M2"
after = "PT26H"

[[fault]]
where = "network"
what = "partial"
missing = ["data"]
for = "PT5H"
on = "porting.port_in_completed"
times = 2

[expect]
finished = true
dead_minutes = { M2 = 1680 }
noticed_first_by = "system"
customer_minutes = 30
contradictions_sent = 0
asked_for_held = 0
promises_broken = 0
compensation = { M2 = 0.73 }
custody = { "+34600000102" = "brisa" }
capabilities = { M2 = ["calls_in", "data"] }
"""


def faults_of(text: str) -> tuple[ScenarioFault, ...]:
    with pytest.raises(BadScenario) as bad:
        parse_scenario(text)
    return bad.value.faults


def good() -> Scenario:
    return parse_scenario(GOOD)


def test_the_plan_of_the_world_is_read() -> None:
    world = good().world
    assert (world.seed, world.recipient, world.profile) == (7, "brisa", "es")
    assert world.customer.decides == (("M2", "port"),)
    assert world.lines[1].depends_on == "M1"
    assert world.lines[1].average_3m == Decimal("21.50")
    assert world.faults[0].after == timedelta(hours=26)
    assert world.faults[1].lasts == timedelta(hours=5)
    assert world.faults[1].missing == ("data",)
    assert world.faults[1].times == 2


def test_the_end_is_counted_from_the_start() -> None:
    assert good().ends_at == datetime(2019, 1, 27, 10, 59, tzinfo=UTC)


def test_without_an_end_a_story_lasts_fourteen_days() -> None:
    assert parse_scenario(GOOD.replace('ends_by = "P14D"\n', "")).ends_at == good().ends_at


def test_an_absolute_end_and_an_absolute_fault_time_are_read() -> None:
    text = GOOD.replace('"P14D"', "2019-01-20T00:00:00+01:00").replace(
        'after = "PT26H"', 'at = "2019-01-14T14:06:00+01:00"'
    )
    scenario = parse_scenario(text)
    assert scenario.ends_at == datetime(2019, 1, 19, 23, tzinfo=UTC)
    assert scenario.world.faults[0].at == datetime(2019, 1, 14, 13, 6, tzinfo=UTC)


def test_a_fault_time_may_be_a_duration_after_the_start() -> None:
    scenario = parse_scenario(GOOD.replace('after = "PT26H"', 'at = "PT26H"'))
    assert scenario.world.faults[0].at == datetime(2019, 1, 14, 12, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["porting.port_in_completed", "port_in_completed", "PortInCompleted"]
)
def test_a_fact_may_be_named_by_its_wire_name_or_its_class(said: str) -> None:
    text = GOOD.replace("porting.port_in_completed", said)
    assert parse_scenario(text).world.faults[1].on == "porting.port_in_completed"


def test_a_wish_is_a_date_or_as_soon_as_possible() -> None:
    assert good().order.wish is None
    for said in ("2019-01-25", '"2019-01-25"'):
        text = GOOD.replace('wish = "asap"', f"wish = {said}")
        assert parse_scenario(text).order.wish == date(2019, 1, 25)


def test_numbers_are_brought_into_one_form() -> None:
    spaced = GOOD.replace('"+34600000102"\ndonor', '"600 000 102"\ndonor')
    assert parse_scenario(spaced).world.lines[1].number == "+34600000102"


def test_what_is_not_expected_is_not_checked() -> None:
    expected = parse_scenario(GOOD.split("[expect]", maxsplit=1)[0]).expected
    assert expected.finished is None
    assert expected.dead_minutes == {}


@pytest.mark.parametrize(
    ("was", "becomes", "key", "remedy"),
    [
        ("title = ", "titel = ", "titel", "title"),
        ('title = "A bundle"\n', "", "title", "add title"),
        ("2019-01-13T11:59:00+01:00", "2019-01-13T11:59:00", "starts", "+01:00"),
        ("seed = 7", "seed = true", "seed", "whole number"),
        ("seed = 7", "seed = 1.5", "seed", "whole number"),
        ('"P14D"', '"14 days"', "ends_by", "PT26H"),
        ('"P14D"', '"PT0S"', "ends_by", "P14D"),
        ("business = true", 'business = "yes"', "customer.business", "true or false"),
        ('language = "es"', 'language = "xx"', "customer.language", "en"),
        ('M2 = "port" }', 'M2 = "move" }', "customer.decides.M2", "port"),
        ('M2 = "port" }', 'M9 = "port" }', "customer.decides.M9", "M1"),
        ("email = ", "mail = ", "customer.mail", "email"),
        ('email = "hola@cierzo.example"\n', "", "customer.email", "add email"),
        ('"P14D"', '"P99999999D"', "ends_by", "weeks"),
        ("2019-01-13", "9999-12-31", "starts", "year"),
        ('type = "CIF", ', "", "customer.document.type", "add type"),
        ("street =", "road =", "customer.address.street", "add street"),
        ('kind = "mobile"\nnumber = "+34600000102"', 'kind = "cable"\nnumber = "+34600000102"',
         "line[2].kind", "mobile"),
        ('id = "M2"', 'id = "M1"', "line[2].id", "its own id"),
        ("monthly_fee = 5.00", 'monthly_fee = "5"', "line[2].monthly_fee", "without quotes"),
        ("monthly_fee = 5.00", "monthly_fee = -5.00", "line[2].monthly_fee", "0.00"),
        ("monthly_fee = 5.00", "monthly_fee = 5.001", "line[2].monthly_fee", "cents"),
        ('payment = "prepaid"', 'payment = "later"', "line[1].payment", "prepaid"),
        ('iccid = "8934071100000000012"', "iccid = 8934071100000000012", "line[1].iccid", "quotes"),
        ('["M1", "M2"]\nsim', '"M1"\nsim', "order.lines", '["M1", "M2"]'),
        ('["M1", "M2"]\nsim', '["M1", "M1"]\nsim', "order.lines", "once"),
        ('sim = "card"', 'sim = "chip"', "order.sim", "esim"),
        ('wish = "asap"', 'wish = "soon"', "order.wish", "asap"),
        ('where = "donor"', 'where = "dono"', "fault[1].where", "donor"),
        ('what = "cease_dependent"', 'what = "ceases"', "fault[1].what", "cease_dependent"),
        ('what = "cease_dependent"', 'what = "lost"', "fault[1].what", "cease_dependent"),
        ('line = "M2"', 'line = "M3"', "fault[1].line", "M1, M2"),
        ('after = "PT26H"', 'after = "26H"', "fault[1].after", "PT26H"),
        ('after = "PT26H"', 'after = "PT1H"\non = "port_in_sent"', "fault[1].on", "or on"),
        ('after = "PT26H"', 'cause = "RECH_IDENT"', "fault[1].cause", "keys here"),
        ('missing = ["data"]', 'missing = ["dada"]', "fault[2].missing", "data"),
        ('missing = ["data"]\n', "", "fault[2].missing", "add missing"),
        ('for = "PT5H"', "for = 5", "fault[2].for", "quotes"),
        ("times = 2", "times = 0", "fault[2].times", "1 or more"),
        ('"porting.port_in_completed"', '"porting.done"', "fault[2].on", "port_in_confirmed"),
        ("finished = true", 'finished = "yes"', "expect.finished", "true or false"),
        ("dead_minutes = { M2", "dead_minutes = { M3", "expect.dead_minutes.M3", "M1, M2"),
        ("M2 = 1680", "M2 = 1.5", "expect.dead_minutes.M2", "whole number"),
        ('"system"', '"nobody"', "expect.noticed_first_by", "customer"),
        ("M2 = 0.73", "M2 = 0.735", "expect.compensation.M2", "cents"),
        ('"+34600000102" = "brisa"', '"+34600000199" = "brisa"',
         "expect.custody.+34600000199", "[[line]]"),
        ('"+34600000102" = "brisa"', '"+34600000102" = "nadie"',
         "expect.custody.+34600000102", "brisa"),
        ('["calls_in", "data"]', '["calls_in", "fax"]', "expect.capabilities.M2", "sms_in"),
        ("promises_broken = 0", "promise_broken = 0", "expect.promise_broken", "promises_broken"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_key_its_line_and_a_remedy(
    was: str, becomes: str, key: str, remedy: str
) -> None:
    assert was in GOOD
    text = GOOD.replace(was, becomes, 1)
    found = {fault.key: fault for fault in faults_of(text)}
    assert key in found, found
    assert remedy in found[key].remedy
    last = key.rpartition(".")[2].partition("[")[0]
    line = text.splitlines()[found[key].line - 1]
    is_missing = "add " in remedy
    assert last in line or is_missing, line


def test_several_mistakes_are_all_listed_in_the_order_of_the_file() -> None:
    text = GOOD.replace("seed = 7", "seed = -1").replace('sim = "card"', 'sim = "chip"')
    assert [fault.key for fault in faults_of(text)] == ["seed", "order.sim"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("title = 'x'\nseed = \n", 2), ("a = 1\na = 2\n", 2), ("[order\n", 1), ("x = [1,\n2\n", 2)],
)
def test_a_file_that_is_not_toml_is_refused_with_its_line(text: str, line: int) -> None:
    (fault,) = faults_of(text)
    assert fault.line == line
    assert "not TOML" in fault.why


@pytest.mark.parametrize("key", ["customer", "line", "order"])
def test_a_missing_table_is_named_once(key: str) -> None:
    headed = GOOD.replace(f"[[{key}]]", "[[zz]]").replace(f"[{key}]", "[zz]")
    assert [fault.why for fault in faults_of(headed) if fault.key == key] == ["is missing"]


@pytest.mark.parametrize(("was", "becomes"), [("[order]", "[oder]"), ("title = ", "tilte = ")])
def test_a_misspelt_key_is_one_mistake_and_not_a_missing_key_too(was: str, becomes: str) -> None:
    (fault,) = faults_of(GOOD.replace(was, becomes))
    assert fault.key == becomes.strip("[]= ")
    assert was.strip("[]= ") in fault.remedy


@pytest.mark.parametrize(
    ("was", "becomes", "key"),
    [
        ('id = "M2"', 'id = "M1"', "line[2].id"),
        ('number = "+34600000102"', "number = 34600000102", "line[2].number"),
        ('number = "+34600000102"', 'number = ""', "line[2].number"),
        ("[[line]]", "[[lines]]", "lines"),
    ],
)
def test_what_only_follows_from_a_mistake_is_not_listed_too(
    was: str, becomes: str, key: str
) -> None:
    (fault,) = faults_of(GOOD.replace(was, becomes))
    assert fault.key == key


def test_an_array_where_one_table_belongs_is_refused() -> None:
    faults = faults_of(GOOD.replace("[order]", "[[order]]"))
    assert "[order]" in next(fault.remedy for fault in faults if fault.key == "order")


def test_a_file_that_is_not_there_is_a_fault_and_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(BadScenario) as bad:
        load_scenario(tmp_path / "none.toml")
    assert "no such file" in bad.value.faults[0].why


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes("seed = 1\ntitle = 'ñ'".encode("latin-1"))
    with pytest.raises(BadScenario) as bad:
        load_scenario(file)
    assert "UTF-8" in bad.value.faults[0].remedy
    assert bad.value.faults[0].line == 2


def test_a_file_that_is_far_too_large_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "large.toml"
    file.write_text('[[fault]]\nwhere = "donor"\n' * 50_000, encoding="utf-8")
    with pytest.raises(BadScenario) as bad:
        load_scenario(file)
    assert "larger" in bad.value.faults[0].why


def test_thousands_of_mistakes_are_found_in_no_time() -> None:
    text = GOOD + '\n[[fault]]\nwhere = "donor"\nwhat = "nope"\n' * 5_000
    assert len(faults_of(text)) == 5_000


def test_a_file_with_nothing_in_it_is_one_mistake() -> None:
    (fault,) = faults_of("# nothing yet\n")
    assert "clean.toml" in fault.remedy
    assert fault.shown.startswith("file: ")


def test_a_file_nested_without_end_is_refused() -> None:
    (fault,) = faults_of("a = " + "[" * 5_000 + "]" * 5_000)
    assert "nested" in fault.why


def test_a_message_shows_no_control_characters() -> None:
    (fault,) = faults_of('title = "\x1b[2J"\n')
    assert fault.shown.isprintable()


def test_what_the_check_of_the_order_finds_gets_a_line_too() -> None:
    with pytest.raises(BadScenario) as bad:
        parse_scenario(GOOD, lambda _: [(("line", 0, "iccid"), "is wrong", "look at the card")])
    assert bad.value.faults[0] == ScenarioFault("line[1].iccid", 23, "is wrong", "look at the card")

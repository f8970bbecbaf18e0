"""The tables of Spain: every code has a meaning, every entry a source, every label a language."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from relevo.porting.profile import (
    HubKind,
    PortingProfile,
    Reaction,
    RejectionReason,
    Resubmit,
    WhoActs,
)
from relevo.profiles.book import load_book
from relevo.profiles.codes import read_codes
from relevo.profiles.es.days import holidays_of
from relevo.profiles.es.requirements import LANGUAGES, label, requirements
from relevo.profiles.es.terms import EditionSpan, Terms, TermsFault, edition_spans

ES = files("relevo.profiles.es")


@pytest.fixture(scope="module")
def spain() -> PortingProfile:
    return load_book().on("es", date(2019, 1, 13))


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((ES / name).read_text("utf-8").splitlines(), delimiter=";"))


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ES / name).read_text("utf-8"))


def test_every_cause_of_the_table_has_a_known_reason(spain: PortingProfile) -> None:
    """Whether a donor may give it in our relation to him is another table (porting-es 5.3)."""
    known_ones = read_codes(table("reasons.csv"), (), ()).rejections
    for row in table("reasons.csv"):
        known = known_ones[HubKind(row["hub"]), row["code"]]
        assert known.reason is not RejectionReason.UNRECOGNISED
        assert known.remedy == f"rejection.{known.reason}"
        assert row["source"]
        date.fromisoformat(row["valid_from"])


def test_an_unknown_cause_is_unrecognised_and_goes_to_the_desk(spain: PortingProfile) -> None:
    unknown = spain.rejection(HubKind.MOBILE, "RECH_NUEVO")
    assert unknown.reason is RejectionReason.UNRECOGNISED
    assert unknown.who_acts is WhoActs.DESK
    assert unknown.resubmit is Resubmit.NEVER
    assert unknown.code == "RECH_NUEVO"
    crossed = spain.rejection(HubKind.FIXED, "RECH_IDENT")
    assert crossed.reason is RejectionReason.UNRECOGNISED


def test_a_cause_whose_meaning_is_assumed_asks_nothing_of_the_customer() -> None:
    for row in table("reasons.csv"):
        if row["certainty"] == "assumed":
            assert row["who_acts"] in {"desk", "donor"}


def test_silence_is_asked_again_at_once(spain: PortingProfile) -> None:
    silent = spain.rejection(HubKind.MOBILE, "RECH_NORES")
    assert (silent.reason, silent.who_acts) == (RejectionReason.NO_ANSWER, WhoActs.NOBODY)
    assert silent.resubmit is Resubmit.AT_ONCE


def test_every_answer_of_the_table_has_a_reaction(spain: PortingProfile) -> None:
    codes = [row["code"] for row in table("answers.csv")]
    assert len(codes) == len(set(codes))
    for code in codes:
        assert spain.hub_answer(code).reaction is not Reaction.UNRECOGNISED
    assert spain.hub_answer("0000 00000").reaction is Reaction.ACCEPTED
    assert spain.hub_answer("CONF COEST").reaction is Reaction.ALREADY_DONE
    assert spain.hub_answer("AREC NUEVO").reaction is Reaction.UNRECOGNISED


def test_operators_are_found_by_name_and_by_code(spain: PortingProfile) -> None:
    brisa = spain.operator("brisa")
    assert brisa is not None
    assert brisa.label == "Brisa"
    assert spain.operator_coded(HubKind.MOBILE, brisa.mobile_code) == brisa
    assert spain.operator_coded(HubKind.FIXED, brisa.fixed_code) == brisa
    assert spain.operator_coded(HubKind.FIXED, brisa.mobile_code) is None
    assert spain.operator("nobody") is None


@pytest.mark.parametrize("name", ["altamar", "brisa", "cantil", "duna"])
def test_an_operator_has_codes_of_the_right_form(spain: PortingProfile, name: str) -> None:
    found = spain.operator(name)
    assert found is not None
    assert len(found.mobile_code) == 3
    assert len(found.fixed_code) == 5
    assert len(found.nrn_mobile) == len(found.nrn_fixed) == 6
    assert found.nrn_mobile[0] in "79"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_requirement_has_a_label_in_every_language(language: str) -> None:
    assert requirements()
    for requirement in requirements():
        assert label(requirement.field, language)


@pytest.mark.parametrize(
    ("name", "key"),
    [("operators.toml", "operator"), ("requirements.toml", "requirement"), ("terms.toml", "")],
)
def test_every_entry_has_a_source_and_a_date(name: str, key: str) -> None:
    content = toml(name)
    entries = content[key] if key else []
    for section, terms in content.items() if not key else ():
        entries += terms if section == "edition" else [e for t in terms.values() for e in t]
    assert entries
    for entry in entries:
        assert entry["source"]
        assert isinstance(entry["valid_from"], date)


def test_own_numbers_in_a_hold_became_portable_by_law() -> None:
    """Fact sheet 3.9.5: own range unconfirmed until LGTel art. 70.2 (30 June 2022)."""
    book = load_book()
    before, after = book.on("es", date(2019, 1, 13)), book.on("es", date(2022, 6, 30))
    assert before.may_port_while_held(own_range=False)
    assert not before.may_port_while_held(own_range=True)
    assert after.may_port_while_held(own_range=True)


@pytest.mark.parametrize("year", range(2018, 2031))
def test_every_year_has_its_national_holidays(spain: PortingProfile, year: int) -> None:
    calendar = spain.calendar(HubKind.MOBILE)
    fixed = [(1, 1), (5, 1), (8, 15), (12, 25)]
    assert not any(calendar.is_working_day(date(year, month, day)) for month, day in fixed)
    assert 8 <= sum(day.year == year for day in calendar.holidays) <= 12


def test_regions_and_single_days_come_from_data() -> None:
    plan = {
        "first_year": 2019,
        "last_year": 2019,
        "mobile": {"regions": ["MD"]},
        "courier": {"regions": []},
        "change": [
            {"on": date(2019, 1, 8), "working": False, "calendars": ["courier"], "source": "x"},
            {"on": date(2019, 5, 1), "working": True, "calendars": ["courier"], "source": "x"},
        ],
    }
    assert date(2019, 5, 2) in holidays_of(plan, "mobile")
    assert date(2019, 5, 2) not in holidays_of(plan, "courier")
    assert date(2019, 1, 8) in holidays_of(plan, "courier")
    assert date(2019, 5, 1) not in holidays_of(plan, "courier")


def test_a_change_without_a_source_is_refused() -> None:
    plan = {
        "first_year": 2019,
        "last_year": 2019,
        "mobile": {"regions": []},
        "change": [
            {"on": date(2019, 1, 8), "working": False, "calendars": ["mobile"], "source": ""}
        ],
    }
    with pytest.raises(TermsFault, match="has no source"):
        holidays_of(plan, "mobile")


NOW = EditionSpan("es", date(2020, 1, 1), None)


def entry(value: object, since: date = date(2019, 1, 1), source: str = "x") -> dict[str, object]:
    return {"value": value, "source": source, "valid_from": since}


def test_an_edition_takes_the_last_entry_that_begins_before_it_ends() -> None:
    content = {"a": {"b": [entry(1), entry(2, date(2020, 6, 1)), entry(3, date(2021, 1, 1))]}}
    span = EditionSpan("es", date(2020, 1, 1), date(2021, 1, 1))
    assert Terms(content, span).number("a.b") == 2
    assert Terms(content, NOW).number("a.b") == 3


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({}, "missing"),
        ({"a": {"b": [entry("two")]}}, "must be of type int"),
        ({"a": {"b": [entry(2, source="")]}}, "has no source"),
    ],
)
def test_a_wrong_term_stops_the_start(content: dict[str, Any], why: str) -> None:
    with pytest.raises(TermsFault, match=why):
        Terms(content, NOW).number("a.b")


def test_a_term_that_holds_only_later_stops_the_start() -> None:
    span = EditionSpan("es", date(2020, 1, 1), date(2021, 1, 1))
    with pytest.raises(TermsFault, match="holds in the edition es@2020-01-01"):
        Terms({"a": {"b": [entry(1, date(2022, 1, 1))]}}, span).number("a.b")


@pytest.mark.parametrize("text", ["14:00", "14:00-13:00", "noon-13:00"])
def test_a_wrong_stretch_stops_the_start(text: str) -> None:
    with pytest.raises(TermsFault):
        Terms({"a": {"b": [entry(text)]}}, NOW).stretch("a.b")


def test_editions_out_of_order_stop_the_start() -> None:
    starts = [{"valid_from": date(2022, 1, 1)}, {"valid_from": date(2012, 1, 1)}]
    with pytest.raises(TermsFault, match="sort them"):
        edition_spans({"edition": starts})

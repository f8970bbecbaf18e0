"""The Netherlands: every entry has a source and a mark, what is unknown says so and is asked."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from relevo.porting.profile import HubKind, Reaction, RejectionReason, Resubmit, WhoActs
from relevo.profiles.nl import editions, profile
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

NL = files("relevo.profiles.nl")
RULES = editions()["nl@2022-02-01"]
MARK = re.compile(r"(?:A|B|C|I|O|U)(?:[,;] |: )")


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((NL / name).read_text("utf-8"))


def entries() -> list[tuple[str, dict[str, Any]]]:
    terms = [
        (f"{section}.{term}", each)
        for section, found in toml("terms.toml").items()
        if section != "edition"
        for term, entries in found.items()
        for each in entries
    ]
    operators = [(each["name"], each) for each in toml("operators.toml")["operator"]]
    return [*terms, *operators]


def test_every_entry_has_a_source_with_a_mark_and_a_date() -> None:
    for name, entry in entries():
        assert MARK.match(entry["source"]), f"{name}: {entry['source']!r} begins with no mark"
        assert isinstance(entry["valid_from"], date), name


def test_what_nobody_said_is_an_open_question() -> None:
    asked = (NL / "README.md").read_text("utf-8").partition("## Open questions")[2]
    unknown = {name for name, entry in entries() if entry["source"].startswith("U:")}
    assert unknown
    assert [name for name in sorted(unknown) if f"`{name}`" not in asked] == []


def test_the_tables_of_codes_have_no_row_without_a_source() -> None:
    for name in ("reasons.csv", "answers.csv"):
        lines = (NL / name).read_text("utf-8").splitlines()
        assert [row for row in csv.DictReader(lines, delimiter=";") if not row["source"]] == []


@pytest.mark.parametrize("code", ["44", "99", "RECH_IDENT", ""])
def test_a_code_without_a_sourced_meaning_is_unrecognised_and_goes_to_the_desk(code: str) -> None:
    for hub in HubKind:
        unknown = RULES.rejection(hub, code)
        assert unknown.reason is RejectionReason.UNRECOGNISED
        assert (unknown.who_acts, unknown.resubmit) == (WhoActs.DESK, Resubmit.NEVER)
    assert RULES.hub_answer(code).reaction is Reaction.UNRECOGNISED


@pytest.mark.parametrize("name", ["altamar", "brisa", "cantil", "duna"])
def test_an_operator_has_a_code_as_the_library_wants_it(name: str) -> None:
    found = RULES.operator(name)
    assert found is not None
    assert re.fullmatch(r"[0-9A-Z]{3,6}", found.mobile_code)
    for hub in HubKind:
        assert RULES.operator_coded(hub, found.mobile_code) == found
    assert RULES.operator_coded(HubKind.MOBILE, "PTT") is None


def test_the_house_leaves_to_us_what_it_does_not_do_itself() -> None:
    for hub in HubKind:
        conduct = RULES.conduct(hub)
        does = (conduct.ends_silence, conduct.checks_at_once, conduct.moves_numbers)
        assert does == (False, False, False)


def test_the_request_speaks_of_the_contract_since_2022() -> None:
    assert [edition.rules.code for edition in profile()] == ["nl@2018-05-26", "nl@2022-02-01"]
    assert [rules.contract for rules in editions().values()] == ["", "CONTINUATION"]


def test_numbers_and_postcodes_have_the_form_of_the_country() -> None:
    assert RULES.in_numbering_plan(Msisdn("+31612345678"))
    assert not RULES.in_numbering_plan(Msisdn("+34600000102"))
    assert RULES.town_fits("1234 AB", "Ons Dorp", "-") is None
    assert RULES.town_fits("50003", "Zaragoza", "Zaragoza") == (
        "no Dutch postcode (four digits and two letters, as in 1234 AB)"
    )


def test_kings_day_does_not_count() -> None:
    friday = instant("2026-04-24T17:00:00+02:00")
    assert RULES.reply_due(HubKind.MOBILE, friday) == instant("2026-04-28T17:00:00+02:00")
    assert RULES.hold_until(instant("2026-01-31T12:00:00+01:00")) == instant(
        "2026-02-28T12:00:00+01:00"
    )

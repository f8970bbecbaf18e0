"""What each role sees of a person."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from relevo.access.masking import Personal, Shows, shown, sight
from relevo.brands.reading import Session

RUT = {
    Personal.NAME: "Rut Abad",
    Personal.DOCUMENT: "12345678Z",
    Personal.NUMBER: "+34600000101",
    Personal.EMAIL: "rut@cierzo.example",
    Personal.PHONE: "+34600000199",
    Personal.ADDRESS: "Calle de Alfonso I 17, 3º, 50003 Zaragoza",
    Personal.ICCID: "8934071234567890123",
}


def seen_by(*roles: str) -> dict[str, str]:
    who = Session(staff="x", brand="brisa", roles=frozenset(roles))
    return {str(what): shown(value, what, who) for what, value in RUT.items()}


def test_an_agent_sees_all_but_the_middle_of_the_document() -> None:
    assert seen_by("agent") == {**{str(k): v for k, v in RUT.items()}, "document": "12•••8Z"}


def test_logistics_see_where_a_parcel_goes_and_no_document() -> None:
    seen = seen_by("logistics")
    assert (seen["name"], seen["address"], seen["iccid"]) == (
        RUT[Personal.NAME], RUT[Personal.ADDRESS], RUT[Personal.ICCID],
    )  # fmt: skip
    assert (seen["document"], seen["email"], seen["number"]) == ("•••", "•••", "•••101")


def test_network_sees_numbers_and_cards_and_nobody() -> None:
    seen = seen_by("network")
    assert (seen["number"], seen["iccid"]) == (RUT[Personal.NUMBER], RUT[Personal.ICCID])
    assert {seen[what] for what in ("name", "document", "email", "phone", "address")} == {"•••"}


def test_porting_sees_holder_and_document_as_the_hub_needs_them() -> None:
    seen = seen_by("porting")
    assert (seen["name"], seen["document"]) == (RUT[Personal.NAME], RUT[Personal.DOCUMENT])
    assert seen["address"] == "•••"


def test_an_auditor_sees_enough_to_compare_and_nothing_whole() -> None:
    assert seen_by("auditor") == {
        "name": "R••• A•••",
        "document": "12•••8Z",
        "number": "•••101",
        "email": "r•••@cierzo.example",
        "phone": "•••199",
        "address": "•••, 50003 Zaragoza",
        "iccid": "•••123",
    }


def test_a_duty_manager_sees_all_and_an_administrator_nobody() -> None:
    assert seen_by("duty_manager") == {str(k): v for k, v in RUT.items()}
    assert set(seen_by("administrator").values()) == {"•••", "•••101"}


def test_who_has_two_roles_sees_what_either_of_them_sees() -> None:
    seen = seen_by("network", "logistics")
    assert (seen["number"], seen["address"]) == (RUT[Personal.NUMBER], RUT[Personal.ADDRESS])
    assert seen["document"] == "•••"


@pytest.mark.parametrize("who", [None, Session(), Session(staff="x", roles=frozenset({"king"}))])
def test_a_stranger_and_an_unknown_role_see_nothing(who: Session | None) -> None:
    assert {shown(value, what, who) for what, value in RUT.items()} == {"•••"}


def test_a_customer_sees_himself() -> None:
    me = Session(order="R7")
    assert shown(RUT[Personal.ADDRESS], "address", me) == RUT[Personal.ADDRESS]
    assert shown(RUT[Personal.DOCUMENT], "document", me) == "12•••8Z"


@pytest.mark.parametrize("value", ["", None])
def test_nothing_is_shown_as_nothing(value: str | None) -> None:
    assert shown(value, "email", Session(roles=frozenset({"auditor"}))) == ""


@pytest.mark.parametrize("what", Personal)
@pytest.mark.parametrize("text", ["A", "Al", "Al7", "x@y", "1234", "12 34", "a, b"])
def test_half_of_a_short_value_stays_hidden(what: Personal, text: str) -> None:
    part = shown(text, what, Session(roles=frozenset({"auditor"})))
    assert part != text
    assert "•" in part


def test_the_table_names_every_field_for_every_role_and_no_other() -> None:
    text = files("relevo.access").joinpath("masking.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    assert {frozenset(line) for line in table.values()} == {frozenset(map(str, Personal))}
    roles = {
        "agent", "porting", "logistics", "network", "duty_manager", "auditor", "administrator",
        "customer",
    }  # fmt: skip
    assert set(table) == roles
    assert all(sight(what, ["administrator"]) < Shows.ALL for what in Personal)

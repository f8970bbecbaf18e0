"""Search finds by anything that is known, for whoever may know it, and keeps who searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relevo.desk.rebuilding import rebuild
from relevo.engine.connection import connect
from relevo.tracking.finding.queries import read_models

if TYPE_CHECKING:
    from tests.pages.conftest import Desk, SignedIn


@pytest.mark.parametrize(
    "asked", ["600000102", "600 000 102", "+34 600 000 102", "0034600000102", "(+34) 600-000-102"]
)
def test_a_number_leads_to_its_line_however_it_is_written(
    desk: Desk, client: SignedIn, asked: str
) -> None:
    answer = client("agent").get("/desk/search", params={"q": asked})
    assert answer.headers["location"] == f"/desk/orders/{desk.order()}/lines/M2"


@pytest.mark.parametrize("asked", ["cierzo", "TÁLLER", "tall cier", "B99286320", "b-99286320"])
def test_a_name_or_a_document_leads_to_its_order(desk: Desk, client: SignedIn, asked: str) -> None:
    answer = client("agent").get("/desk/search", params={"q": asked})
    assert answer.headers["location"] == f"/desk/orders/{desk.order()}"


def test_a_document_is_found_whole_or_not_at_all(client: SignedIn) -> None:
    assert client("agent").get("/desk/search?q=B9928632").status_code == 200


@pytest.mark.parametrize("asked", ["hola@cierzo.example", "B99286320"])
def test_who_may_not_see_it_does_not_find_by_it(client: SignedIn, asked: str) -> None:
    answer = client("network").get("/desk/search", params={"q": asked})
    assert answer.status_code == 200
    assert "location" not in answer.headers


def test_a_search_by_typing_shows_and_never_leads_away(client: SignedIn) -> None:
    answer = client("agent").get("/desk/search?q=600000102", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "600 000 102" in answer.text


def test_a_search_is_kept(own_desk: Desk) -> None:
    own_desk.client("agent").get("/desk/search?q=cierzo")
    with connect(own_desk.dsn) as connection:
        kept = connection.execute(
            "select who, subject from access_trace where verb = 'search'"
        ).fetchall()
    assert kept == [("agent", "cierzo")]


def test_another_brand_finds_nothing(own_desk: Desk) -> None:
    with connect(own_desk.dsn, autocommit=True) as connection:
        connection.execute("insert into brand (name, label) values ('duna', 'Duna')")
        connection.execute("update staff set brand = 'duna' where name = 'agent'")
    answer = own_desk.client("agent").get("/desk/search?q=600000102")
    assert answer.status_code == 200
    assert own_desk.order() not in answer.text


def test_lists_made_again_from_the_facts_are_what_they_were(own_desk: Desk) -> None:
    with connect(own_desk.dsn, autocommit=True) as connection:
        for projection, tables in read_models():
            before = {t: connection.execute(f"table {t}").fetchall() for t in tables}
            rebuild(connection, projection, tables)
            after = {t: connection.execute(f"table {t}").fetchall() for t in tables}
            for table in tables:
                assert sorted(map(repr, before[table])) == sorted(map(repr, after[table])), table
            assert any(before.values())

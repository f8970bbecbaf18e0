"""On an open network: the customer's own page shows him his code, and nobody else's page does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.pages.conftest import Desk

from relevo.adapters.channel_social import ledger
from relevo.adapters.channel_social.account import MastodonAccount, SocialAccounts
from relevo.adapters.channel_social.codes import Proof, code_of
from relevo.engine.connection import connect
from relevo.pages.guard import TICKET

SECRET = "a secret of these tests, and of no site"
HANDLE = "@brisa@social.example"


@pytest.fixture
def social_desk(own_desk: Desk, tmp_path: Path) -> Desk:
    (tmp_path / "secret").write_text(SECRET)
    account = MastodonAccount(url="https://social.example", name=HANDLE, token_file="none")
    accounts = SocialAccounts(mastodon=account, secret_file=str(tmp_path / "secret"))
    own_desk.console.settings = replace(own_desk.console.settings, social=accounts)
    return own_desk


def customer(desk: Desk) -> TestClient:
    made = TestClient(desk.app, cookies={TICKET: desk.customer_ticket(desk.order())})
    made.headers["accept-language"] = "en"
    return made


def test_a_customer_is_shown_the_code_that_counts_now(social_desk: Desk) -> None:
    order = social_desk.order()
    page = customer(social_desk).get("/mine").text
    assert HANDLE in page
    assert code_of(order, 1, SECRET.encode()) in page
    with connect(social_desk.dsn, autocommit=True) as connection:
        ledger.spoil(connection, Proof(order, 1))
    page = customer(social_desk).get("/mine").text
    assert code_of(order, 1, SECRET.encode()) not in page
    assert code_of(order, 2, SECRET.encode()) in page


def test_nobody_at_the_desk_sees_it(social_desk: Desk) -> None:
    order = social_desk.order()
    page = social_desk.client("agent").get(f"/desk/orders/{order}/as-customer").text
    assert code_of(order, 1, SECRET.encode()) not in page


def test_he_can_be_answered_there_once_he_has_proven_who_he_is(social_desk: Desk) -> None:
    order, agent = social_desk.order(), social_desk.client("agent")
    offered = '<option value="social"'
    assert offered not in agent.get(f"/desk/orders/{order}/case").text
    with connect(social_desk.dsn, autocommit=True) as connection:
        ledger.prove(connection, "mastodon:ana", order, social_desk.clock.now())
    assert offered in agent.get(f"/desk/orders/{order}/case").text
    page = customer(social_desk).get("/mine").text
    assert "@ana" in page
    assert code_of(order, 1, SECRET.encode()) not in page

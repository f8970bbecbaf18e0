"""The Dutch clearing house itself: what it takes, what it says later, what it tells again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("coin_sdk", reason="the extra nl is not installed")

import requests
from coin_sdk.common.securityservice import SecurityService  # type: ignore[import-untyped]
from coin_sdk.number_portability.npconfig import NpConfig  # type: ignore[import-untyped]

from relevo.engine.clock import VirtualClock
from relevo.simulators.coin_keys import KeyFiles, issue_keys
from relevo.simulators.coin_world import CoinWorld
from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    FaultPlan,
    LineKind,
    LinePlan,
    WorldPlan,
)
from relevo.values.moment import instant

STARTS = instant("2026-06-01T09:00:00+02:00")
ROOT = "/number-portability/v3/dossiers"
NUMBER = "+31612345678"
SERIES = {"start": "0612345678", "end": "0612345678"}
PLACE = AddressPlan(street="Dorpsstraat 1", postcode="1234AB", city="Ons Dorp", province="-")


class House:
    """The house as a consumer sees it who writes his calls by hand."""

    def __init__(self, keys: KeyFiles, *faults: FaultPlan) -> None:
        self.clock = VirtualClock(STARTS)
        customer = CustomerPlan(
            name="Van Dijk",
            document_type="PAS",
            document_number="X",
            email="x@x.example",
            contact="+31205550100",
            address=PLACE,
        )
        line = LinePlan(id="M1", kind=LineKind.MOBILE, donor="altamar", number=NUMBER)
        plan = WorldPlan(
            starts=STARTS,
            profile="nl",
            recipient="brisa",
            customer=customer,
            lines=(line,),
            faults=faults,
        )
        self.world = CoinWorld(plan, self.clock, [keys.consumer])
        self.url = self.world.start()
        config = NpConfig(self.url, "brisa", str(keys.private_key), str(keys.encrypted_secret))
        self._security = SecurityService(config)
        self._session = requests.Session()
        self._session.trust_env = False
        self._sent = 0

    def call(self, method: str, path: str, said: object = None) -> requests.Response:
        url = f"{self.url}{ROOT}{path}"
        headers = self._security.generate_headers(url, method, said)
        cookies = self._security.generate_jwt()
        body = json.dumps(said).encode() if said else b""
        return self._session.request(
            method, url, data=body, headers=headers, cookies=cookies, timeout=5
        )

    def send(self, kind: str, sender: str = "XBRIS", **content: Any) -> requests.Response:
        self._sent += 1
        header = {
            "sender": {"networkoperator": sender},
            "receiver": {"networkoperator": "XALTA"},
            "timestamp": f"{20260601090000 + self._sent}",  # else it would be a replay
        }
        body = {kind: {"dossierid": "XBRIS-AAAABBBB", **content}}
        return self.call("POST", f"/{kind}", {"message": {"header": header, "body": body}})

    def ask(self, **changed: Any) -> requests.Response:
        series = {"repeats": [{"seq": {"numberseries": SERIES}}]}
        return self.send(
            "portingrequest", **{"recipientnetworkoperator": "XBRIS", **series, **changed}
        )

    def move_on(self, span: timedelta) -> None:
        self.clock.advance_to(self.clock.now() + span)
        self.world.fire_due()

    def events(self, query: str = "") -> list[tuple[str, str]]:
        """Id and kind of what a new stream begins with, up to the first sign of life."""
        url = f"{self.url}{ROOT}/events{query}"
        headers = self._security.generate_headers(url, "get")
        cookies = self._security.generate_jwt()
        found: list[tuple[str, str]] = []
        event = {"id": "", "event": ""}
        with self._session.get(
            url, headers=headers, cookies=cookies, stream=True, timeout=5
        ) as stream:
            for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
                name, _, value = str(line).partition(":")
                if name == "data" and not value.strip():
                    return found
                if name == "data":
                    found.append((event["id"], event["event"]))
                elif name:
                    event[name] = value.strip()
        return found

    def close(self) -> None:
        self._session.close()
        self.world.stop()


Opened = Callable[..., House]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFiles:
    return issue_keys(tmp_path_factory.mktemp("keys"), "brisa", "XBRIS")


@pytest.fixture
def opened(keys: KeyFiles) -> Iterator[Opened]:
    houses: list[House] = []

    def open_house(*faults: FaultPlan) -> House:
        houses.append(House(keys, *faults))
        return houses[-1]

    yield open_house
    for house in houses:
        house.close()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"dossierid": "x"}, "dossierid"),
        ({"recipientnetworkoperator": None}, "recipientnetworkoperator"),
        ({"donornetworkoperator": "toolongcode"}, "donornetworkoperator"),
        ({"contract": "PERHAPS"}, "contract"),
        ({"note": ""}, "note"),
        ({"repeats": []}, "repeats"),
        ({"repeats": [{"seq": {}}]}, "repeats"),
        ({"repeats": [{"seq": {"numberseries": {"start": "+31", "end": "1"}}}]}, "numberseries"),
        ({"sender": "XDUNA"}, "sender"),
    ],
)
def test_a_message_of_the_wrong_shape_is_refused_at_once(
    opened: Opened, changed: dict[str, Any], why: str
) -> None:
    answer = opened().ask(**changed)
    assert answer.status_code == 400
    assert why in answer.json()["errors"][0]["message"]


def test_what_is_wrong_otherwise_is_said_later(opened: Opened) -> None:
    house = opened()
    series = {"start": "0600000000", "end": "0600000000"}
    assert house.ask(repeats=[{"seq": {"numberseries": series}}]).status_code == 200
    assert house.events() == []
    house.move_on(timedelta(seconds=10))
    assert house.events() == [("1", "errorfound-v3")]


def test_news_come_again_until_they_are_confirmed_and_stay_in_the_history(opened: Opened) -> None:
    house = opened()
    house.ask()
    house.move_on(timedelta(days=2))
    for _ in range(2):
        assert house.events() == [("1", "portingrequestanswer-v3")]
    assert house.call("put", "/confirmations/1", {"transactionId": "1"}).status_code == 200
    assert house.events() == []
    assert house.events("?confirmationStatus=All") == [("1", "portingrequestanswer-v3")]
    assert house.events("?confirmationStatus=All&offset=1") == []
    assert house.events("?messageTypes=cancel&confirmationStatus=All&offset=-1") == []
    assert house.call("put", "/confirmations/77", {"transactionId": "77"}).status_code == 404


def test_a_repeated_request_is_one_request(opened: Opened) -> None:
    house = opened()
    for _ in range(2):
        assert house.ask(note="again").status_code == 200
        house.move_on(timedelta(seconds=10))
    assert len(house.world.hub.dossiers) == 1
    assert house.events() == []


def test_nobody_moves_a_number_that_was_not_let_go(opened: Opened) -> None:
    house = opened()
    house.ask()
    house.send(
        "portingperformed",
        recipientnetworkoperator="XBRIS",
        donornetworkoperator="XALTA",
        actualdatetime="20260601090500",
        repeats=[{"seq": {"numberseries": SERIES}}],
    )
    house.move_on(timedelta(seconds=10))
    assert [kind for _, kind in house.events()] == ["errorfound-v3"]
    assert house.world.hub.holder(NUMBER) == "altamar"


def test_a_house_that_is_down_answers_nobody(opened: Opened) -> None:
    house = opened(FaultPlan(where="hub", what="down", lasts=timedelta(hours=1)))
    turned_away = house.ask()
    assert turned_away.status_code == 503
    assert turned_away.headers["connection"] == "close"  # it hangs up, and says so first
    house.move_on(timedelta(hours=2))
    assert house.ask().status_code == 200


def test_what_is_not_served_is_not_found(opened: Opened) -> None:
    house = opened()
    assert house.call("post", "/tariffchangesn", {"message": {}}).status_code == 404

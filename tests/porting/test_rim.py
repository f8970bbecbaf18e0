"""How the adapters fail: what is tried again, what is not, and what is never shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from relevo.adapters.clearing_house_files import FileAccount, FilesClearingHouse
from relevo.adapters.clearing_house_soap import HubAccount, HubLanguage, SoapClearingHouse
from relevo.adapters.donor_desk_rest import DeskAccount, RestDonorDesk
from relevo.adapters.http import call, client, read_json
from relevo.engine.clock import VirtualClock
from relevo.engine.performer import Permanent, Temporary
from relevo.porting.port_in.messages import SendPortRequest
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.recovery.messages import AskDonorDesk
from relevo.profiles.es import codec_fixed, codec_mobile, codec_status, hub_words
from relevo.simulators.plan import AddressPlan, CustomerPlan, WorldPlan
from relevo.simulators.world import World
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

STARTS = instant("2019-01-14T08:30:00+01:00")
LANGUAGE = HubLanguage(codec=codec_mobile, words=hub_words, files=codec_status)


@pytest.fixture(scope="module")
def http() -> Iterator[str]:
    customer = CustomerPlan(
        name="Ana Núñez",
        document_type="NIF",
        document_number="12345678Z",
        email="ana@example",
        contact="+34976000100",
        address=AddressPlan(street="Calle 1", postcode="50003", city="Zaragoza", province="Z"),
    )
    plan = WorldPlan(starts=STARTS, customer=customer, lines=(), recipient="brisa")
    world = World(plan, VirtualClock(STARTS))
    yield world.start().http
    world.stop()


def request(**changed: Any) -> SendPortRequest:
    given: dict[str, Any] = {
        "hub": HubKind.MOBILE,
        "number": Msisdn("+34600000999"),
        "donor": "altamar",
        "recipient": "brisa",
        "holder": Holder("Ana Núñez", Document(DocumentType.NIF, "12345678Z"), business=False),
        "contract_code": "902K7Q2M9XA",
        "rules": "es@2012-06-01",
        "consent_at": STARTS,
        "window": None,
        "donor_iccid": None,
        "prepaid": False,
    }
    return SendPortRequest(**{**given, **changed})


@pytest.fixture
def mobile(http: str, rules: PortingProfile) -> Iterator[SoapClearingHouse]:
    account = HubAccount(url=f"{http}/nc", operator="brisa", user="u", key="very secret")
    house = SoapClearingHouse(account, LANGUAGE, rules)
    yield house
    house.close()


@pytest.fixture
def fixed(http: str, rules: PortingProfile) -> Iterator[FilesClearingHouse]:
    account = FileAccount(url=f"{http}/er", operator="brisa")
    house = FilesClearingHouse(account, codec_fixed, rules)
    yield house
    house.close()


def test_a_peer_that_is_not_there_is_tried_again() -> None:
    with client("http://127.0.0.1:1") as peer, pytest.raises(Temporary, match="Connection refused"):
        call(peer, "GET", "/")


def test_what_the_peer_cannot_understand_is_not_tried_again(http: str) -> None:
    with client(http) as peer, pytest.raises(Permanent, match="answers 400: X-Operator"):
        call(peer, "POST", "/er/upload", content=b"SP;")


def test_a_reply_that_is_not_what_was_agreed_is_tried_again(http: str) -> None:
    with client(http) as peer:
        response = call(peer, "GET", "/nc/files")
        with pytest.raises(Temporary, match="cannot be read"):
            read_json(response, list[int])


def test_the_key_of_the_hub_is_never_shown(mobile: SoapClearingHouse) -> None:
    account = HubAccount(url="http://hub.example", operator="brisa", user="u", key="very secret")
    assert "very secret" not in repr(account)
    assert "very secret" not in repr(vars(mobile))


def test_a_number_that_the_hub_does_not_know_is_declined_with_its_code(
    mobile: SoapClearingHouse,
) -> None:
    (answer,) = mobile.request(request(), at=STARTS)
    assert getattr(answer, "code", "") == "AREC DOMIN"


@pytest.mark.parametrize(
    "changed",
    [
        {"donor": "nobody"},
        {"contract_code": "too short"},
        {"number": Msisdn("+4930123456")},
        {"holder": Holder("", Document(DocumentType.CIF, "B99286320"), business=True)},
    ],
)
def test_what_we_cannot_send_is_not_tried_again(
    mobile: SoapClearingHouse, changed: dict[str, Any]
) -> None:
    with pytest.raises(Permanent, match="we cannot send this"):
        mobile.request(request(**changed), at=STARTS)


def test_an_empty_mailbox_is_no_news(mobile: SoapClearingHouse) -> None:
    assert mobile.news("").news == ()
    mobile.acknowledge([])


def test_the_fixed_hub_needs_the_address_of_the_line(fixed: FilesClearingHouse) -> None:
    with pytest.raises(Permanent, match="address"):
        fixed.request(request(hub=HubKind.FIXED, number=Msisdn("+34976000101")), at=STARTS)


def test_a_desk_that_does_not_exist_is_not_tried_again(http: str) -> None:
    desk = RestDonorDesk(DeskAccount(url=f"{http}/desk", operator="brisa"))
    letter = AskDonorDesk(
        operator="nobody",
        sender="",
        topic="status",
        number=Msisdn("+34600000102"),
        order="R7",
        grounds="LGTel 70.3",
        attempt=1,
    )
    with pytest.raises(Permanent, match="the operator is not known"):
        desk.ask(letter, key="R7/recovery/M2/1#1.1")
    desk.close()

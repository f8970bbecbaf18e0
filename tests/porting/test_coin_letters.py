"""What the Dutch clearing house may send us, and what the library lets us send."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("coin_sdk", reason="the extra nl is not installed")

from relevo.adapters.clearing_house_coin import library
from relevo.adapters.clearing_house_coin.letters import Writer
from relevo.adapters.clearing_house_coin.reading import KINDS, Unreadable, from_digits, read_letter
from relevo.adapters.clearing_house_coin.translation import Translation
from relevo.porting.port_in.messages import HubDeclined, HubState, PortStateSeen, SendPortRequest
from relevo.porting.profile import HubKind
from relevo.profiles.nl import editions
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

RULES = editions()["nl@2022-02-01"]
ZONE = RULES.zone
AT = instant("2026-06-01T09:00:00+02:00")
WRITER = Writer(RULES, "brisa")
TRANSLATION = Translation(RULES, WRITER, "brisa")
SERIES = {"start": "0612345678", "end": "0612345678"}


def wire(kind: str, **content: Any) -> str:
    """A message by hand, as the models of the library have it."""
    header = {
        "receiver": {"networkoperator": "XBRIS", "serviceprovider": None},
        "sender": {"networkoperator": "XALTA", "serviceprovider": None},
        "timestamp": "20260601093000",
    }
    body = {kind: {"dossierid": "XBRIS-AAAABBBB", **content}}
    return msgspec.json.encode({"message": {"header": header, "body": body}}).decode()


def said(kind: str, **content: Any) -> Any:
    letter = read_letter(f"{kind}-v3", wire(kind, **content), ZONE)
    assert letter is not None
    (only,) = TRANSLATION.news(letter)
    return only


def test_a_yes_names_the_first_possible_date() -> None:
    seq = {"numberseries": SERIES, "firstpossibledate": "20260615000000", "blockingcode": "99"}
    seen = said("portingrequestanswer", blocking="N", repeats=[{"seq": seq}])
    assert seen.state is HubState.CONFIRMED
    assert seen.not_before == instant("2026-06-15T00:00:00+02:00")
    assert seen.cause == "", "a code beside a yes decides nothing"


def test_a_no_carries_its_code_as_it_came() -> None:
    seq = {"numberseries": SERIES, "blockingcode": "44"}
    seen = said("portingrequestanswer", blocking="Y", repeats=[{"seq": seq}])
    assert (seen.state, seen.cause) == (HubState.REJECTED, "44")


def test_an_answer_that_is_neither_yes_nor_no_is_their_fault() -> None:
    with pytest.raises(Unreadable, match="neither Y nor N"):
        said("portingrequestanswer", blocking="?", repeats=[])


def test_a_delay_names_a_day_or_changes_nothing() -> None:
    assert said("pradelayed", answerduedatetime="20260605120000").expected_on.day == 5
    assert said("pradelayed").expected_on is None


def test_an_error_says_what_is_wrong_with_which_number() -> None:
    seq = {"phonenumber": "0612345678", "errorcode": "123", "description": "no"}
    declined = said("errorfound", repeats=[{"seq": seq}])
    assert declined == HubDeclined(code="123", text="no", of="request", field="0612345678")


def test_a_kind_that_is_not_about_requests_is_no_letter() -> None:
    assert read_letter("rangeactivation-v3", "{}", ZONE) is None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.text() | st.binary().map(repr))
def test_any_text_is_a_letter_or_their_fault(kind: str, text: str) -> None:
    with suppress(Unreadable):
        read_letter(f"{kind}-v3", text, ZONE)


digits = st.text("0123456789", max_size=16) | st.sampled_from(
    ["20260601093000", "0612345678", "0612345699", "0000", "0" * 15]
)
contents = st.fixed_dictionaries(
    {},
    optional={
        "blocking": st.sampled_from(["Y", "N", "", None]),
        "answerduedatetime": digits,
        "actualdatetime": digits,
        "donornetworkoperator": st.sampled_from(["XBRIS", "XALTA", "", None]),
        "repeats": st.lists(
            st.fixed_dictionaries(
                {
                    "seq": st.fixed_dictionaries(
                        {},
                        optional={
                            "numberseries": st.fixed_dictionaries({"start": digits, "end": digits}),
                            "blockingcode": st.text(max_size=3),
                            "firstpossibledate": digits,
                            "errorcode": st.text(max_size=3) | st.none(),
                        },
                    )
                }
            ),
            max_size=2,
        ),
    },
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(KINDS)), contents)
def test_whatever_can_be_read_can_be_told(kind: str, content: dict[str, Any]) -> None:
    try:
        letter = read_letter(f"{kind}-v3", wire(kind, **content), ZONE)
    except Unreadable:
        return
    assert letter is not None
    for each in TRANSLATION.news(letter):
        assert isinstance(each, PortStateSeen | HubDeclined)
    TRANSLATION.donor_news(letter)


@pytest.mark.parametrize(
    "wrong", ["", "2026060109300", "20261301000000", "2026060109300x", "²" * 14]
)
def test_a_time_that_cannot_be_is_their_fault(wrong: str) -> None:
    with pytest.raises(Unreadable):
        from_digits(wrong, ZONE)


def test_a_request_says_who_the_holder_is_and_in_whose_time() -> None:
    asked = SendPortRequest(
        hub=HubKind.FIXED,
        number=Msisdn("+31205550123"),
        donor="altamar",
        recipient="brisa",
        holder=Holder("Bakkerij De Vries", Document(DocumentType.PAS, "X"), business=True),
        contract_code="XBRISAAAABBBB",
        rules=RULES.code,
        consent_at=AT,
        window=None,
        donor_iccid=None,
        prepaid=False,
        address=Address("Dorpsstraat 17 A", "1234 ab", "Ons Dorp", "-"),
    )
    message = WRITER.request(asked, AT).to_dict()["message"]
    content = message["body"]["portingrequest"]
    assert message["header"]["timestamp"] == "20260601090000"
    assert content["dossierid"] == "XBRIS-AAAABBBB"
    assert content["contract"] == "CONTINUATION"
    assert content["repeats"][0]["seq"]["numberseries"] == {
        "start": "0205550123",
        "end": "0205550123",
    }
    told = {name: value for name, value in content["customerinfo"].items() if value is not None}
    assert told == {
        "companyname": "Bakkerij De Vries",
        "housenr": "17",
        "housenrext": "A",
        "postcode": "1234AB",
    }


def test_a_dossier_is_our_contract_code_and_back() -> None:
    dossier = WRITER.dossier("XBRISAAAABBBB")
    assert WRITER.is_ours(dossier)
    assert WRITER.contract_code(dossier) == "XBRISAAAABBBB"
    assert not WRITER.is_ours("XDUNA-AAAABBBB")


def test_what_the_library_logs_stays_out_of_our_logs(caplog: pytest.LogCaptureFixture) -> None:
    """It writes customers to INFO and the shared secret to DEBUG."""
    assert library.SignedSender is not None
    assert not logging.getLogger("coin_sdk.number_portability.sender").isEnabledFor(logging.INFO)
    record = logging.LogRecord("root", logging.DEBUG, "securityservice.py", 1, "key", None, None)
    assert not logging.getLogger().filter(record)

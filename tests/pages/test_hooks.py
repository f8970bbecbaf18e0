"""What a telephone system pushes: believed only when it is signed and fresh, and kept once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pages.conftest import Stories
from tests.pages.telephone import SECRET, Office, office

from relevo.adapters.telephone.account import WrongTelephone, read_telephone
from relevo.engine.connection import connect
from relevo.notices.call.queries import call_of
from relevo.notices.voice.messages import CustomerSaid

RECORDING = {"id": "rec-1", "purpose": "complaint", "preamble": "2019-01", "keep_days": 90}


@pytest.fixture(scope="module")
def here(stories: Stories, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(stories, tmp_path_factory.mktemp("telephone")) as made:
        yield made


def said_in(here: Office, call: str) -> list[CustomerSaid]:
    return [each for each in here.facts(CustomerSaid) if call in each.message_id]


def test_a_call_is_in_the_conversation_once_however_often_it_is_told(here: Office) -> None:
    for _ in range(2):
        assert here.says("started", "a1").status_code == 200
    assert said_in(here, "a1") == []
    for _ in range(3):
        answer = here.says("ended", "a1", note="Pregunta por su número.")
        assert answer.json() == {"call": "pbx:a1", "page": "/desk/calls/pbx:a1"}
    (said,) = said_in(here, "a1")
    assert (said.channel, said.minutes, said.text) == ("call", 5, "Pregunta por su número.")


def test_the_end_is_enough_where_the_beginning_was_lost(here: Office) -> None:
    here.says("ended", "a2")
    here.says("started", "a2")
    assert [each.minutes for each in said_in(here, "a2")] == [5]
    with connect(here.desk.dsn) as connection:
        call = call_of(connection, "pbx:a2")
    assert call is not None
    assert call.ended_at is not None


def test_a_call_of_which_nothing_is_noted_asks_nothing(here: Office) -> None:
    before = here.rows("select count(*) from journal where name = 'care.trouble_added'")
    here.says("ended", "a3")
    assert [each.text for each in said_in(here, "a3")] == [""]
    assert here.rows("select count(*) from journal where name = 'care.trouble_added'") == before


def test_an_unknown_number_is_kept_for_a_person(here: Office) -> None:
    here.says("ended", "a4", number="+34699999999", note="¿Con quién hablo?")
    assert said_in(here, "a4") == []
    kept = here.rows("select sender, said, minutes from notice_stray where message_id ~ 'a4'")
    assert kept == [("+34699999999", "¿Con quién hablo?", 5)]


def test_a_withheld_number_is_nobodys(here: Office) -> None:
    assert here.says("ended", "a5", number="").status_code == 200
    assert said_in(here, "a5") == []


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"secret": b"another secret, of somebody else"}, "x-relevo-signature"),
        ({"old_s": 301}, "x-relevo-timestamp"),
        ({"old_s": -301}, "x-relevo-timestamp"),
        ({"system": "nobody"}, "address"),
    ],
    ids=["another secret", "too old", "from the future", "an unknown system"],
)
def test_what_is_not_signed_now_by_whom_we_know_is_not_believed(
    here: Office, how: dict[str, object], field: str
) -> None:
    body = json.dumps({"event": "started"}).encode()
    answer = here.sends(body, **how)  # type: ignore[arg-type]  # one of three keywords
    assert (answer.status_code, answer.json()["field"]) == (403, field)
    assert answer.json()["remedy"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "600000101"}, "number"),
        ({"call": "a/../b"}, "call"),
        ({"began_at": "2019-01-16T10:00:00"}, "began_at"),
        ({"began_at": "2219-01-16T10:00:00Z"}, "began_at"),
        ({"ended_at": None}, "ended_at"),
        ({"ended_at": "2019-01-16T09:00:00+01:00"}, "ended_at"),
        ({"direction": "sideways"}, "direction"),
        ({"note": "x" * 4_001}, "note"),
        ({"agent": "mar\x00ta"}, "agent"),
        ({"colour": "red"}, "body"),
        ({"recording": RECORDING}, "recording"),
        ({"event": "recorded"}, "recording"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_with_its_remedy(
    here: Office, wrong: dict[str, object], field: str
) -> None:
    event = str(wrong.pop("event", "ended"))
    answer = here.says(event, **({"call": "w"} | wrong))  # type: ignore[arg-type]  # any JSON
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["remedy"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 5_000, b"null"], ids=repr)
def test_any_bytes_get_an_answer(here: Office, body: bytes) -> None:
    assert here.sends(body).status_code == 422


def test_more_than_a_message_needs_is_not_read(here: Office) -> None:
    assert here.sends(b" " * 70_000).status_code == 413


def test_the_id_of_a_call_is_not_given_to_another_one(here: Office) -> None:
    here.says("started", "a6")
    answer = here.says("ended", "a6", number="+34699999998")
    assert (answer.status_code, answer.json()["field"]) == (409, "number")
    assert said_in(here, "a6") == []


def test_a_recording_is_known_only_with_its_purpose_and_its_end(here: Office) -> None:
    for without in RECORDING:
        left = {name: value for name, value in RECORDING.items() if name != without}
        assert here.says("recorded", "a7", recording=left).status_code == 422
    for other in ({"purpose": "training"}, {"keep_days": 366}, {"keep_days": 0}, {"id": " "}):
        answer = here.says("recorded", "a7", recording=RECORDING | other)
        assert answer.json()["field"] == f"recording.{next(iter(other))}"
    assert here.rows("select count(*) from notice_call where call_id = 'pbx:a7'") == [(0,)]
    assert here.says("recorded", "a7", recording=RECORDING).status_code == 200
    kept = here.rows(
        "select recording_id, recording_purpose, recording_preamble, recording_keep_until::text"
        "  from notice_call where call_id = 'pbx:a7'"
    )
    assert kept == [("rec-1", "complaint", "2019-01", "2019-04-16")]


def test_the_page_of_a_call_leads_its_agent_to_whoever_calls(here: Office) -> None:
    here.says("started", "a8")
    agent = here.desk.client("agent")
    where = agent.get("/desk/calls/pbx:a8").headers["location"]
    assert where == f"/desk/orders/{here.order}/case?call=pbx%3Aa8#phone"
    here.says("started", "a9", number="+34699999997")
    where = agent.get("/desk/calls/pbx:a9").headers["location"]
    assert where == "/desk/search?q=%2B34699999997&call=pbx%3Aa9"
    assert agent.get("/desk/calls/pbx:none").status_code == 404
    assert here.desk.client().get("/desk/calls/pbx:a8").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("", "systems"),
        ('[systems.a]\nbrand = "brisa"\nsecret_files = []', "secret_files"),
        ('[systems.a]\nbrand = "brisa"\nsecret_files = ["none"]', "none"),
        ('[systems.A]\nbrand = "brisa"\nsecret_files = ["{good}"]', "systems.A"),
        ('[systems.a]\nbrand = "brisa"\nsecret_files = ["{short}"]', "fewer than 16"),
        ('[systems.a]\nbrand = "brisa"\nsecret_files = ["{good}"]\nwindow_s = 0', "window_s"),
        ('[systems.a]\nbrand = "brisa"\nsecret_files = ["{good}"]\nsecret = "x"', "secret"),
    ],
)
def test_an_agreement_that_cannot_be_kept_is_refused_by_field(
    tmp_path: Path, written: str, named: str
) -> None:
    good, short, file = tmp_path / "good", tmp_path / "short", tmp_path / "telephone.toml"
    good.write_bytes(SECRET)
    short.write_bytes(b"short")
    text = written.replace("{good}", str(good)).replace("{short}", str(short))
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WrongTelephone, match=named):
        read_telephone(file)

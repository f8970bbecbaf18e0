"""The complaint page and the evidence pack, on a story that was really played."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.pages.conftest import WORST_DAY, Desk, SignedIn, Stories
from typer.testing import CliRunner

from relevo.adapters.letter_typst.pack import pack_pdf
from relevo.adapters.pack_ed25519.key import KeyChecker, make_key, signer
from relevo.care.complaint.model import Complaints, Outcome
from relevo.care.pack.actions import faults_of
from relevo.cli import app
from relevo.engine.connection import connect
from relevo.engine.history import facts_of, state_of
from relevo.engine.process import wire_name
from relevo.play.held import HeldPlay


def tell(client: TestClient, page: str, **said: str) -> Any:
    token = re.search(r'name="csrf" content="(\w+)"', client.get(page).text)
    assert token is not None
    return client.post(
        page, data={"csrf": token[1], **said}, headers={"sec-fetch-site": "same-origin"}
    )


def pack_in(desk: Desk, folder: Path, *more: str, env: dict[str, str] | None = None) -> Any:
    done = CliRunner().invoke(
        app,
        ["care", "pack", desk.order(), "--into", str(folder), *more],
        env={"DATABASE_URL": desk.dsn, **(env or {})},
    )
    assert done.exit_code == 0, done.output
    return json.loads((folder / f"{desk.order()}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "pack.pem"
    make_key(file)
    return file


class Day:
    """The story standing on its worst day; whatever is posted is handled."""

    def __init__(self, dsn: str, play: HeldPlay) -> None:
        self.desk, self.play = Desk(dsn, play.clock), play
        self.agent = self.desk.client("agent")
        self.page = f"/desk/orders/{self.desk.order()}/complaints"

    def say(self, **said: str) -> Any:
        answer = tell(self.agent, self.page, **said)
        self.play.go_on(self.play.clock.now() + timedelta(seconds=5))
        return answer

    @property
    def complaints(self) -> Complaints:
        with connect(self.desk.dsn) as connection:
            found = state_of(connection, f"{self.desk.order()}/complaint")
        assert isinstance(found, Complaints)
        return found


def test_a_complaint_goes_from_its_receipt_to_its_answer_and_a_contradiction_is_not_kept(
    stories: Stories,
) -> None:
    with stories.playing(WORST_DAY) as (dsn, play):
        day = Day(dsn, play)
        day.say(act="file", channel="call", topic="billing", text="Pido saber quién paga esto.")
        (one,) = day.complaints.complaints
        assert one.receipt == "sent"
        assert one.key in day.agent.get(day.page).text
        false = "Tu línea 600 000 102 ya está activa y funciona todo."
        stopped = day.say(act="answer", complaint=one.key, question="0", text=false)
        assert stopped.status_code == 422
        assert "<mark>" in stopped.text
        assert day.complaints.complaints[0].unanswered == (0,)
        day.say(act="ask", complaint=one.key, text="una copia de tu DNI")
        (asked,) = day.complaints.complaints
        assert asked.complete_by is None, "what is held is not asked for"
        assert "vault" in " ".join(asked.stopped)
        held = day.agent.get(day.page).text
        assert "vault" in held
        true = "Lo hemos revisado y te damos la razón."
        day.say(act="answer", complaint=one.key, question="0", text=true)
        day.say(act="decide", complaint=one.key, outcome="partly")
        (answered,) = day.complaints.complaints
        assert answered.outcome == Outcome.PARTLY, answered.stopped
        assert "done=no_text" in day.say(act="file", text="").headers["location"]
        day.desk.close()


def test_one_click_gives_json_and_a_pdf_in_each_language(desk: Desk, client: SignedIn) -> None:
    answer = client("agent").get(f"/desk/orders/{desk.order()}/case/pack")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    key = desk.order()
    assert sorted(files.namelist()) == sorted([f"{key}.json", f"{key}-es.pdf", f"{key}-en.pdf"])
    contents = json.loads(files.read(f"{key}.json"))["contents"]
    for part in ("timeline", "messages", "evidence", "compensation"):
        assert contents[part], part
    assert all(step["es"] and step["en"] for step in contents["timeline"])


def test_a_stranger_gets_no_pack(desk: Desk, stranger: TestClient) -> None:
    answer = stranger.get(f"/desk/orders/{desk.order()}/case/pack", follow_redirects=False)
    assert answer.status_code in {303, 401, 403, 404}


def test_the_pack_holds_every_fact_and_can_be_proven_against_the_journal(
    desk: Desk, tmp_path: Path, keyed: Path
) -> None:
    pack = pack_in(desk, tmp_path, env={"RELEVO_PACK_KEY": str(keyed)})
    with connect(desk.dsn) as connection:
        records = facts_of(connection, desk.order())
    assert [row["fact"] for row in pack["contents"]["journal"]["extract"]] == [
        wire_name(each.fact) for each in records
    ]
    file = tmp_path / f"{desk.order()}.json"
    for more in ([], ["--key", str(keyed.with_suffix(".pub.pem"))], ["--journal"]):
        proven = CliRunner().invoke(
            app, ["care", "verify", str(file), *more], env={"DATABASE_URL": desk.dsn}
        )
        assert proven.exit_code == 0, proven.output
    assert faults_of(pack, KeyChecker(), journal=records[:-1]) == [
        "the journal of the database says otherwise"
    ]


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda p: p["contents"]["timeline"].pop(), "not those that were sealed"),
        (lambda p: p["contents"].update(made_by="someone"), "not those that were sealed"),
        (lambda p: p["contents"]["journal"]["extract"].pop(3), "not the one that was chained"),
        (lambda p: p["seal"].update(sha256="0" * 64), "the signature is not of this seal"),
        (lambda p: p["seal"].update(signature=""), "nobody has signed it"),
        (lambda p: p["contents"].pop("journal"), "journal extract is missing"),
    ],
)
def test_whatever_is_changed_in_a_pack_is_seen(
    desk: Desk, tmp_path: Path, keyed: Path, break_it: Any, said: str
) -> None:
    pack = pack_in(desk, tmp_path, env={"RELEVO_PACK_KEY": str(keyed)})
    assert faults_of(pack, KeyChecker()) == []
    break_it(pack)
    assert any(said in fault for fault in faults_of(pack, KeyChecker()))


def test_another_key_than_the_site_s_is_no_proof(desk: Desk, tmp_path: Path, keyed: Path) -> None:
    pack_in(desk, tmp_path, env={"RELEVO_PACK_KEY": str(keyed)})
    other = tmp_path / "other.pem"
    public = make_key(other)
    file = tmp_path / f"{desk.order()}.json"
    done = CliRunner().invoke(app, ["care", "verify", str(file), "--key", str(public)])
    assert done.exit_code == 1
    assert "another key" in done.output


def test_third_persons_see_nothing_of_the_customer_and_the_chain_is_the_same(
    desk: Desk, tmp_path: Path
) -> None:
    own = pack_in(desk, tmp_path / "own", "--for", "authority")
    third = pack_in(desk, tmp_path / "third", "--for", "third")
    assert "Taller Cierzo" in json.dumps(own, ensure_ascii=False)
    shown = json.dumps(third["contents"], ensure_ascii=False)
    for personal in ("Taller Cierzo", "B99286320", "600000102", "600 000 102", "hola@cierzo"):
        assert personal not in shown, personal
    assert own["contents"]["journal"] == third["contents"]["journal"]


def test_the_pdf_is_archival_accessible_and_carries_the_pack(
    desk: Desk, tmp_path: Path, keyed: Path
) -> None:
    pack = pack_in(desk, tmp_path, env={"RELEVO_PACK_KEY": str(keyed)})
    for language in ("es", "en"):
        pdf = (tmp_path / f"{desk.order()}-{language}.pdf").read_bytes()
        assert pdf == pack_pdf(pack, language), "the same pack gives the same bytes"
        assert b"<pdfaid:part>3</pdfaid:part>" in pdf or b'pdfaid:part="3"' in pdf
        assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf or b'conformance="A"' in pdf
        assert b"GTS_PDFA1" in pdf
        assert b"/EmbeddedFile" in pdf
        assert b"pdfuaid:part" in pdf


def test_without_a_key_the_pack_says_that_nobody_has_signed_it(desk: Desk, tmp_path: Path) -> None:
    pack = pack_in(desk, tmp_path, env={"RELEVO_PACK_KEY": ""})
    assert pack["seal"]["signature"] == ""
    assert faults_of(pack, KeyChecker()) == ["nobody has signed it"]


def test_a_key_is_its_owner_s_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "pack.pem"
    first = CliRunner().invoke(app, ["care", "key", str(file)])
    again = CliRunner().invoke(app, ["care", "key", str(file)])
    assert (first.exit_code, again.exit_code) == (0, 2)
    assert file.stat().st_mode & 0o777 == 0o600
    assert signer(file).public_key


def test_an_order_that_is_not_there_is_named(desk: Desk, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["care", "pack", "NOWHERE", "--into", str(tmp_path)], env={"DATABASE_URL": desk.dsn}
    )
    assert done.exit_code == 2
    assert "NOWHERE" in done.output

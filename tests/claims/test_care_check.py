"""``relevo care check`` keeps its contract: what goes in, what comes out, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from relevo.cli import app

SNAPSHOT: dict[str, Any] = {
    "now": "2019-01-16T18:40:00+01:00",
    "zone": "Europe/Madrid",
    "profile": "es",
    "language": "es",
    "case": {"key": "PT-4821", "owner": "Marta", "next_update": "2019-01-16T20:00:00+01:00"},
    "addressee": {"numbers": ["+34600000102"], "name": "Taller Cierzo S.L."},
    "facts": [
        {
            "subject": "+34600000102",
            "predicate": "state",
            "value": "cut_by_donor",
            "since": "2019-01-14T14:06:00+01:00",
            "seen": "2019-01-16T18:39:00+01:00",
            "a_field_of_tomorrow": 1,
        },
        {
            "subject": "+34600000102",
            "predicate": "port_window",
            "value": ["2019-01-18T02:00:00+01:00", "2019-01-18T06:00:00+01:00"],
        },
    ],
}
FALSE = {
    "id": "d17",
    "channel": "sms",
    "language": "es",
    "text": "Tu línea 600 000 102 ya está activa.",
}
TRUE = {
    "id": "d18",
    "channel": "email",
    "language": "es",
    "text": "Tu número 600 000 102 está cortado desde el 14 de enero a las 14:06.",
}


def run(folder: Path, drafts: bytes, *more: str, snapshot: Any = None) -> Result:
    facts, asked = folder / "snapshot.json", folder / "drafts.jsonl"
    facts.write_text(json.dumps(SNAPSHOT if snapshot is None else snapshot), encoding="utf-8")
    asked.write_bytes(drafts)
    arguments = ["care", "check", "--snapshot", str(facts), *(more or (str(asked),))]
    return CliRunner().invoke(app, arguments, input=drafts)


def lines(*drafts: dict[str, str]) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in drafts)


def test_each_draft_gets_one_line_in_its_order_and_a_block_is_no_failure(tmp_path: Path) -> None:
    done = run(tmp_path, lines(FALSE, TRUE))
    assert done.exit_code == 0
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["id"], first["verdict"]) == ("d17", "block")
    assert (second["id"], second["verdict"]) == ("d18", "pass")
    finding = first["findings"][0]
    assert finding["rule"] == 3
    assert finding["facts_say"] == "state=cut_by_donor"
    start, end = finding["span"]
    assert FALSE["text"][start:end]
    assert {"subject": "+34600000102", "predicate": "state", "value": "live"} in first["claims"]


def test_drafts_may_come_from_standard_input_and_verdicts_go_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "verdicts.jsonl"
    done = run(tmp_path, lines(FALSE), "--out", str(out), "-")
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads(out.read_text(encoding="utf-8"))["verdict"] == "block"


def test_empty_lines_a_mark_at_the_beginning_and_other_line_ends_do_no_harm(tmp_path: Path) -> None:
    drafts = b"\xef\xbb\xbf" + lines(TRUE).replace(b"\n", b"\r\n") + b"\r\n" + lines(FALSE)[:-1]
    done = run(tmp_path, drafts)
    assert done.exit_code == 0
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["d18", "d17"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": "x", "channel": "sms"}', "`text`"),
        (b'{"id": 7, "channel": "sms", "text": "Hola"}', "$.id"),
        (b"{not json", "malformed"),
        (b'{"id": "\xff", "channel": "sms", "text": "Hola"}', "line 2"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_judged(
    line: bytes, said: str, tmp_path: Path
) -> None:
    done = run(tmp_path, lines(TRUE) + line + b"\n")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "line 2" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"now": "2019-01-16T18:40:00"}, "$.now"),
        ({"zone": "Europe/Nowhere"}, "$.zone"),
        ({"facts": [{"predicate": "state"}]}, "$.facts[0]"),
        ({"said": [{"at": "2019-01-16T12:00:00", "channel": "sms", "text": "Hola"}]}, "$.said[0]"),
    ],
)
def test_a_snapshot_that_cannot_be_understood_is_refused_by_its_field(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    done = run(tmp_path, lines(TRUE), snapshot=SNAPSHOT | change)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, lines(TRUE), str(tmp_path / "elsewhere.jsonl"))
    assert done.exit_code == 2
    assert "elsewhere.jsonl" in done.stderr

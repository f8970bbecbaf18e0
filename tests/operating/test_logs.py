"""A line of the log says what, where and in which message, and never who the customer is."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import psycopg
import pytest
from tests.operating.conftest import Connection, Engines, Grid

from relevo.adapters.http import call, client
from relevo.engine.performer import Permanent
from relevo.operating.logs import FIELDS, Form, Lines
from relevo.operating.masking import masked
from relevo.testing.lamps import SwitchOn
from relevo.values.malformed import Malformed
from relevo.values.msisdn import parse_msisdn
from relevo.values.person import parse_document

PERSONAL = {
    "+34600000101": "a number",
    "600 000 101": "a number as it is spoken",
    "912-345-678": "a number with strokes",
    "0034600000101": "a number as it is dialled",
    "12345678Z": "a NIF",
    "X2482300W": "a NIE",
    "B99286320": "a CIF",
    "AAB123456": "a passport",
    "ana.garcia@example.es": "an e-mail address",
    "ES91 2100 0418 4502 0005 1332": "a bank account",
    "8934071100000000001": "a card",
}


@pytest.mark.parametrize("planted", PERSONAL, ids=list(PERSONAL.values()))
@pytest.mark.parametrize("text", ["{} is taken", "not for {}: ask him", "to={}", "({})"])
def test_what_tells_who_somebody_is_does_not_pass(planted: str, text: str) -> None:
    assert planted not in masked(text.format(planted))


@pytest.mark.parametrize(
    "secret",
    [
        "postgresql://relevo:hunter2@db.example/relevo",
        "password=hunter2",
        "Authorization: Bearer hunter2",
        '{"api_key": "hunter2"}',
        "RELEVO_HUB_KEY=hunter2",
    ],
)
def test_what_opens_a_door_does_not_pass(secret: str) -> None:
    assert "hunter2" not in masked(f"cannot connect with {secret}, tried twice")


@pytest.mark.parametrize(
    "text",
    [
        "worker 'w1' no longer holds bucket 17",
        "R8XK2AB3Q/port/M2/1#12.34: TypeError in decide",
        "timer:R7/line/M2:reply_due:2026-11-22T08:00:00+00:00:12",
        "2026-11-22 16:20:20.123456+00:00 pid 4194304 used 1234567 bytes",
        'connection to server at "127.0.0.1", port 5432 failed: Connection refused',
        "mobile news: hub.example: ConnectError: [Errno 111] Connection refused",
        "relation 'lease' does not exist",
        "sha256:0123456789abcdef0123456789abcdef",
    ],
)
def test_what_helps_whoever_is_called_at_night_stays(text: str) -> None:
    assert masked(text) == text


def test_a_text_that_was_masked_stays_as_it_is() -> None:
    for planted in [*PERSONAL, "password=hunter2", "Authorization: Bearer x", "a 'b c' d"]:
        once = masked(f"for {planted}.")
        assert masked(once) == once


def _error_of_parsing() -> Iterator[Malformed]:
    for parse, text in ((parse_msisdn, "call Ana, 600 000"), (_nif, "12345678A"), (_nif, "Ana 1")):
        try:
            parse(text)
        except Malformed as wrong:
            yield wrong


def _nif(text: str) -> object:
    return parse_document("NIF", text)


def test_our_own_errors_quote_what_could_not_be_read_and_the_log_does_not() -> None:
    errors = list(_error_of_parsing())
    assert len(errors) == 3
    assert not [each for each in errors if "Ana" in masked(str(each))]
    assert not [each for each in errors if "12345678A" in masked(str(each))]


def test_an_error_of_the_database_loses_the_row_that_it_quotes(connection: Connection) -> None:
    connection.execute(
        "create temporary table holder (name text, number text unique, age int check (age > 0))"
    )
    connection.execute("insert into holder values ('Ana García', '+34600000101', 1)")
    for row in (("Ana García", "+34600000101", 1), ("Ana García", "+34600000102", -1)):
        with pytest.raises(psycopg.IntegrityError) as caught:
            connection.execute("insert into holder values (%s, %s, %s)", row)
        said = masked(str(caught.value))
        assert "constraint" in said
        assert "Ana" not in said
        assert "600000" not in said


class Talkative(BaseHTTPRequestHandler):
    """A peer that repeats what it was asked."""

    def do_GET(self) -> None:
        """Refuse, in many words."""
        self.send_response(400)
        self.end_headers()
        self.wfile.write(b'{"error": "Ana Garcia has no contract with us"}')

    def log_message(self, format: str, *args: object) -> None:  # type: ignore[explicit-override]  # noqa: A002
        """Say nothing in the test."""


def test_what_a_counterpart_says_in_its_own_words_stays_out_of_the_log() -> None:
    with HTTPServer(("127.0.0.1", 0), Talkative) as peer:
        answering = threading.Thread(target=peer.handle_request)
        answering.start()
        with (
            client(f"http://127.0.0.1:{peer.server_port}") as http,
            pytest.raises(Permanent) as caught,
        ):
            call(http, "GET", "/contracts")
        answering.join()
    assert "Ana" in caught.value.reason  # which is kept for who has to look
    assert masked(caught.value.reason) == "127.0.0.1 answers 400: [left out]"


def _record(text: str, *args: object, **extra: object) -> logging.LogRecord:
    logger = logging.getLogger("relevo.test")
    return logger.makeRecord(
        logger.name, logging.WARNING, __file__, 1, text, args, None, extra=extra
    )


def test_a_line_is_one_json_object_with_the_fields_that_were_given() -> None:
    record = _record("put aside: %s", "the hub is away", bucket=7, process_id="R7/line/M2")
    line = Lines(Form.JSON, "w1").format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert told["message"] == "put aside: the hub is away"
    assert (told["level"], told["logger"], told["worker"]) == ("warning", "relevo.test", "w1")
    assert (told["bucket"], told["process_id"]) == (7, "R7/line/M2")
    assert told["time"].endswith("+00:00")


def test_no_field_hides_behind_one_that_every_record_has() -> None:
    plain = logging.makeLogRecord({})
    assert not [field for field in FIELDS if hasattr(plain, field)]


def test_a_text_of_several_lines_cannot_feign_a_line_of_its_own() -> None:
    record = _record("the peer says: %s", "no\n2026-01-01 CRITICAL w1 relevo: all is lost")
    assert len(Lines(Form.TEXT, "w1").format(record).splitlines()) == 1
    assert len(Lines(Form.JSON, "w1").format(record).splitlines()) == 1


@pytest.mark.parametrize("form", Form)
def test_an_exception_is_masked_wherever_it_is_shown(form: Form) -> None:
    try:
        raise RuntimeError("no contract for +34600000101 of ana@example.es")
    except RuntimeError:
        record = logging.getLogger("relevo").makeRecord(
            "relevo", logging.ERROR, __file__, 1, "it failed", (), sys.exc_info()
        )
    line = Lines(form, "w1").format(record)
    assert "RuntimeError: no contract for [number] of [e-mail]" in line


def test_a_line_that_is_written_while_an_effect_is_performed_says_which(
    engines: Engines, grid: Grid, caplog: pytest.LogCaptureFixture
) -> None:
    lines: list[dict[str, object]] = []

    def write() -> None:
        logging.getLogger("grid").warning("no power for +34600000101")
        lines.append(json.loads(Lines(Form.JSON, "w1").format(caplog.records[-1])))

    grid.watch = write
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    assert len(lines) == 1
    assert lines[0]["process_id"] == "lamp-1"
    assert lines[0]["word"] == "lamps.send_power"
    assert lines[0]["attempt"] == 1
    assert str(lines[0]["effect_id"]).startswith("lamp-1#")
    assert lines[0]["message"] == "no power for [number]"


def test_a_service_that_dies_of_a_fault_does_not_say_for_whom() -> None:
    program = textwrap.dedent(
        """
        import atexit
        import threading
        from relevo.operating.logs import Form, write_logs

        counted = []
        atexit.register(lambda: print(counted))
        write_logs(Form.JSON, "w1", lambda level, logger: counted.append((level, logger)))

        def fail():
            raise RuntimeError("no contract for +34600000101")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        fail()
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "600000101" not in done.stderr + done.stdout
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["level"] for line in lines] == ["critical", "critical"]
    assert done.stdout.strip() == str([("critical", "relevo")] * 2)

"""Our SMS centre for tests against Kannel, which has bound to centres for twenty years.

Were the centre as wrong as the line that is tried against it, no other test would show it.
"""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from typing_extensions import override

from relevo.testing.debian import NotInstalled, programs
from relevo.testing.patience import until
from relevo.testing.smsc_process import SmscProcess

SETTINGS = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = x
smsbox-port = {box}
smsbox-interface = 127.0.0.1

group = smsc
smsc = smpp
smsc-id = ours
host = 127.0.0.1
port = {smsc}
transceiver-mode = true
smsc-username = kannel
smsc-password = x
system-type = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = u
password = p
max-messages = 5
concatenation = true

group = sms-service
keyword = default
get-url = "http://127.0.0.1:{web}/said?from=%p&text=%b"
max-messages = 0
"""


class Web(HTTPServer):
    """Where Kannel tells what it hears."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.told: list[dict[str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Page(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        asked = {name: each[0] for name, each in parse_qs(urlsplit(self.path).query).items()}
        self.server.told.append(asked)
        self.send_response(200)
        self.end_headers()

    @override
    def log_message(self, *_: object) -> None:
        """Not into the tests' output."""


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[SmscProcess]:
    made = SmscProcess(tmp_path)
    yield made
    made.kill()


@pytest.fixture
def sendsms(smsc: SmscProcess, web: Web, tmp_path: Path) -> Iterator[str]:
    try:
        found = programs(("bearerbox", "smsbox"), ("kannel",))
    except NotInstalled as missing:
        pytest.skip(str(missing))
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    admin, box, send = (each.getsockname()[1] for each in opened)
    for each in opened:
        each.close()
    settings = tmp_path / "kannel.conf"
    ports = {"admin": admin, "box": box, "send": send, "smsc": smsc.port}
    settings.write_text(SETTINGS.format(web=web.server_port, **ports), encoding="utf-8")
    running = []
    try:
        for program, port in (("bearerbox", box), ("smsbox", send)):
            command = [found[program], "-v", "4", str(settings)]
            running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
            until(lambda port=port: _answers(port), f"{program} is up")  # type: ignore[misc]
        yield f"http://127.0.0.1:{send}/cgi-bin/sendsms"
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
            return True
    except OSError:
        return False


def test_kannel_sends_hears_receipts_and_gets_what_phones_write(
    smsc: SmscProcess, web: Web, sendsms: str
) -> None:
    asked = {"username": "u", "password": "p", "from": "Brisa", "to": "34600000101"}
    asked |= {"text": "a" * 200, "charset": "UTF-8", "dlr-mask": "31"}
    asked["dlr-url"] = f"http://127.0.0.1:{web.server_port}/came?what=%d"
    with httpx2.Client(trust_env=False) as http:
        url = f"{sendsms}?{urlencode(asked)}"
        until(lambda: http.get(url).status_code == 202, "its boxes have found each other")
    smsc.say("¿Cuándo?".encode("utf-16-be"), coding=8)
    until(lambda: {"what": "1"} in web.told, "the receipt is told: delivered")
    until(lambda: any("text" in each for each in web.told), "what the phone wrote is told")
    until(lambda: len(smsc.arrived()) == 2, "both segments are at the phone")
    assert [each.content[:3] for each in smsc.arrived()] == [b"\x05\x00\x03"] * 2
    assert [each.esm_class & 0x40 for each in smsc.arrived()] == [0x40] * 2
    until(lambda: not smsc.unacknowledged(), "it has taken all that was delivered to it")

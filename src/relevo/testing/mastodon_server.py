"""A server that speaks the API of Mastodon, on loopback with its store in a file: ours to kill.

It is mastodon-mock (MIT), which answers as a current Mastodon does. Our account and those of
customers are there from the beginning, each with a token.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import mastodon as api

from relevo.testing.kamailio import free_port
from relevo.testing.patience import until

OURS = "brisa"
_SETTINGS = """
[database]
path = "{store}"
[server]
port = {port}
{accounts}
"""
_ACCOUNT = """
[[seed.accounts]]
username = "{name}"
access_token = "token-of-{name}"
bot = {bot}
"""


class NoMastodon(RuntimeError):
    """It is not installed; the text says what to do."""


class MastodonServer:
    """One server: always the same store and port, in one life or in several."""

    def __init__(self, folder: Path, *people: str) -> None:
        """Raises NoMastodon, NeverCame."""
        if find_spec("mastodon_mock") is None:
            raise NoMastodon("mastodon-mock is not installed; ./dev test brings it")
        self.port = free_port()
        self._log = folder / "mastodon.log"
        self._settings = folder / "mastodon.toml"
        accounts = "".join(
            _ACCOUNT.format(name=name, bot=str(name.endswith("bot")).lower())
            for name in (OURS, *people)
        )
        self._settings.write_text(
            _SETTINGS.format(store=folder / "mastodon.db", port=self.port, accounts=accounts),
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to serve."""
        with self._log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                (sys.executable, "-m", "mastodon_mock", "serve", "--config", str(self._settings)),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        until(self._answers, "the social server answers")

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def person(self, name: str) -> api.Mastodon:
        """Somebody with an account there, at his own program."""
        client = api.Mastodon(
            access_token=f"token-of-{name}", api_base_url=self.url, version_check_mode="none"
        )
        client.session.trust_env = False
        return client

    def said(self, name: str) -> list[Any]:
        """All that this account has posted, the oldest first."""
        person = self.person(name)
        try:
            return list(reversed(person.account_statuses(person.me().id, limit=40)))
        finally:
            person.session.close()

    def fault(self, **rule: Any) -> None:
        """From now on this goes wrong (mastodon-mock's own control plane)."""
        body = json.dumps(rule).encode()
        headers = {"content-type": "application/json"}
        asked = Request(f"{self.url}/api/v1/_mock/faults", body, headers, method="POST")  # noqa: S310
        with urlopen(asked, timeout=10):  # noqa: S310 - our own address
            pass

    def _answers(self) -> bool:
        assert self._process is not None, "it was started"
        if self._process.poll() is not None:
            said = self._log.read_text(encoding="utf-8", errors="replace")[-1000:]
            raise RuntimeError(f"the social server ended: {said}")
        try:
            with urlopen(f"{self.url}/api/v2/instance", timeout=5):  # noqa: S310
                return True
        except OSError:
            return False

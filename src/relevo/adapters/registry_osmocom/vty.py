"""The HLR's terminal (VTY): the only way by which a phone that is attached hears of a change.

A line is written, the server repeats it, says something or nothing, and prompts again. What it says
begins with ``%`` whether it worked or not ("% Updated subscriber ..." did), so whoever changes
something here reads it back by CTRL.
"""

from __future__ import annotations

import re
import socket

from relevo.adapters.registry_osmocom.ctrl import dialled
from relevo.adapters.registry_osmocom.faults import HlrAway, HlrSlow, HlrSpeaksOddly
from relevo.engine.clock import elapsed_seconds

PORT = 4258
ANSWER_WITHIN_S = 5.0
LONGEST_BYTES = 32 * 1024 * 1024
_PROMPT = re.compile(rb"(?:^|\n)[\w.-]{1,64}(?:\([\w-]{1,64}\))?([>#]) $")
_TELNET = re.compile(rb"\xff[\xfb-\xfe].", re.DOTALL)
_DONE = ("% Updated ", "% Created ", "% Deleted ")
_CHUNK = 65536


class Refused(Exception):
    """It said no; the text is what it said."""


class Vty:
    """One terminal, opened when needed and anew when it broke. For one thread at a time."""

    def __init__(self, host: str, port: int = PORT, *, within_s: float = ANSWER_WITHIN_S) -> None:
        self._place = (host, port)
        self._within_s = within_s
        self._socket: socket.socket | None = None
        self._owes_prompt = False  # a command is out of which nobody knows yet what became

    def tell(self, command: str) -> str:
        """Have one command carried out; what it said.

        Raises Refused, and HlrAway, HlrSlow or HlrSpeaksOddly.
        """
        was_open = self._socket is not None
        try:
            return self._tell(command)
        except (HlrSlow, HlrSpeaksOddly):
            raise
        except HlrAway:
            if not was_open:
                raise
        return self._tell(command)  # it was restarted since we last spoke

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._owes_prompt = False

    def _tell(self, command: str) -> str:
        try:
            said = self._said_to(self._opened(), command)
        except TimeoutError as late:
            if late.errno is not None or self._socket is None:  # the system gave it up, not we
                self.close()
            raise HlrSlow(f"the HLR's terminal at {self._shown} did not answer in time") from None
        except OSError as broken:
            self.close()
            why = broken.strerror or type(broken).__name__
            raise HlrAway(f"the HLR's terminal at {self._shown} is not reached: {why}") from None
        except (HlrAway, HlrSpeaksOddly):
            self.close()
            raise
        for line in said.splitlines():
            if line.startswith("%") and not line.startswith(_DONE):
                raise Refused(line.lstrip("% ")[:200])
        return said

    def _opened(self) -> socket.socket:
        if self._socket is None:
            opened = dialled(self._place, self._within_s)
            try:
                self._until_prompt(opened)
                self._said_to(opened, "enable")
                self._said_to(opened, "terminal length 0")
            except BaseException:
                opened.close()
                raise
            self._socket = opened
        return self._socket

    def _said_to(self, line: socket.socket, command: str) -> str:
        if self._owes_prompt:  # what was frozen must not be done after what comes now
            self._until_prompt(line)
        self._owes_prompt = True
        line.settimeout(self._within_s)
        line.sendall(command.encode("ascii") + b"\n")
        text = self._until_prompt(line).decode("utf-8", errors="replace")
        self._owes_prompt = False
        echo, _, said = text.partition("\n")
        if echo.rstrip("\r") != command:
            raise HlrSpeaksOddly(f"the HLR's terminal at {self._shown} answers something else")
        return said.rpartition("\n")[0].replace("\r", "")

    def _until_prompt(self, line: socket.socket) -> bytes:
        """What it says until it prompts, the prompt included."""
        parts, size, tail = [], 0, b""
        by = elapsed_seconds() + self._within_s
        while not _PROMPT.search(tail):
            left = by - elapsed_seconds()
            if left <= 0:
                raise TimeoutError
            line.settimeout(left)
            chunk = line.recv(_CHUNK)
            if not chunk:
                raise HlrAway(f"the HLR's terminal at {self._shown} hung up")
            parts.append(chunk)
            size += len(chunk)
            if size > LONGEST_BYTES:
                raise HlrSpeaksOddly(f"the HLR's terminal at {self._shown} does not end")
            tail = _TELNET.sub(b"", (tail + chunk)[-400:])
        return _TELNET.sub(b"", b"".join(parts))

    @property
    def _shown(self) -> str:
        return "{}:{}".format(*self._place)

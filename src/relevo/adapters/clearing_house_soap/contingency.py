"""The other way to the hub, by file, for when its web service has been away for too long.

Nothing goes both ways. Once a wish has gone by file it waits for the hub's reply file, also when
the service is back; only then is it answered. Should we be started anew in between and send it
again, the hub itself has one key for both ways: the contract code of a request (answered
``AREC EXIST``, which we read as ours) or the reference of an answer to one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any

from relevo.adapters.clearing_house_soap.line import HubLine, ours, theirs
from relevo.engine.performer import Temporary

LOOK_AGAIN = timedelta(minutes=10)
"""How often an adapter asks again (porting-es 3.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Something that the hub is to do, in the form in which it would go by file."""

    kind: str  # the name of the codec's type of file
    key: str  # in the file's name
    log_key: str  # ours, for the wire log
    content: Callable[[], bytes]
    answer: Callable[[bytes], Any]  # the reply in the hub's reply file; None when it is not there


class Detour:
    """Decides which way a wish goes, and remembers those that went by file."""

    def __init__(self, line: HubLine) -> None:
        self._line = line
        self._codec = line.language.codec
        self._filed: set[str] = set()
        self._lock = Lock()

    def carry(self, wish: Wish, by_web: Callable[[], Any]) -> Any:
        """The hub's reply by either way. Raises Temporary while there is none."""
        name = self._name(wish)
        if not self._is_filed(name):
            try:
                return by_web()
            except Temporary:
                if not self._line.is_away_for_long():
                    raise
            self._line.bring(name, ours(wish.content), wish.log_key)
            with self._lock:
                self._filed.add(name)
        return self._answer(name, wish)

    def _answer(self, name: str, wish: Wish) -> Any:
        content = self._line.file(self._codec.reply_name(name))
        reply = None if content is None else theirs(wish.answer, content)
        if reply is None:
            raise Temporary("sent by file; the hub has not answered it yet", after=LOOK_AGAIN)
        with self._lock:
            self._filed.discard(name)
        return reply

    def _is_filed(self, name: str) -> bool:
        with self._lock:
            return name in self._filed

    def _name(self, wish: Wish) -> str:
        kind = self._codec.Token[wish.kind]
        us = self._line.us().mobile_code
        return str(ours(lambda: self._codec.contingency_name(kind, us, wish.key)))

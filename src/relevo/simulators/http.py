"""How the servers of this world speak HTTP: one request in, one answer out, under one lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from relevo.simulators.stage import Stage

T = TypeVar("T")


class BadRequest(ValueError):
    """What was asked cannot be understood; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, without the web around it."""

    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    def read(self, form: type[T]) -> T:
        """The JSON body as this type. Raises BadRequest naming the field that is wrong."""
        try:
            return msgspec.json.decode(self.body, type=form)
        except msgspec.MsgspecError as wrong:
            raise BadRequest(str(wrong)) from wrong

    def after(self) -> int:
        """The number of the last event that the reader has."""
        text = self.query.get("after", "0")
        if not text.isdecimal():
            raise BadRequest("after: write the number of the last event that you have")
        return int(text)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: JSON, or text of some media type."""

    status: int
    body: Any = None
    media: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def rendered(self) -> bytes:
        """The body as it goes out."""
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else msgspec.json.encode(self.body)


Handler = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One address; ``{name}`` in its path stands for one part of it."""

    stage: Stage
    method: str
    path: str
    handler: Handler

    def serve(self, asked: Asked) -> Answer:
        """The answer. The clock of the world is read but never moved here."""
        with self.stage.lock:
            try:
                return self.handler(asked)
            except BadRequest as wrong:
                return Answer(400, {"error": str(wrong)})


def not_found(what: str) -> Answer:
    """Nothing of this name is known here."""
    return Answer(404, {"error": f"{what} is not known"})

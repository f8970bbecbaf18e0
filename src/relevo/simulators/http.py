"""How the servers of this world speak HTTP: one request in, one answer out, under one lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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


Handler = Callable[[Asked], Answer]


def route(stage: Stage, method: str, path: str, handler: Handler) -> Route:
    """One address. The clock of the world is read but never moved here."""

    async def serve(request: Request) -> Response:
        asked = Asked(
            path={name: str(value) for name, value in request.path_params.items()},
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=await request.body(),
        )
        with stage.lock:
            answer = _answered(handler, asked)
        return Response(
            _rendered(answer), answer.status, headers=answer.headers, media_type=answer.media
        )

    return Route(path, serve, methods=[method])


def not_found(what: str) -> Answer:
    """Nothing of this name is known here."""
    return Answer(404, {"error": f"{what} is not known"})


def _answered(handler: Handler, asked: Asked) -> Answer:
    try:
        return handler(asked)
    except BadRequest as wrong:
        return Answer(400, {"error": str(wrong)})


def _rendered(answer: Answer) -> bytes:
    if isinstance(answer.body, bytes):
        return answer.body
    if answer.body is None:
        return b""
    return msgspec.json.encode(answer.body)

"""What ``relevo serve`` says of itself: whether it lives, whether it is ready, how the site does.

``ready`` is for whoever sends traffic here: the database answers and its schema fits this program.
``live`` says no more than that this process answers, so that a database that is away does not make
anybody start it anew. Neither tells a stranger where the database is.
"""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import uvicorn
from prometheus_client import CollectorRegistry, exposition, start_http_server
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp
from typing_extensions import override

from relevo.engine.connection import ServerTooOld
from relevo.operating.metrics import site_registry
from relevo.operating.schema import unfit
from relevo.operating.vitals import onlooker
from relevo.wiring import SCHEMA_PACKAGES, catalogue

_LOG = logging.getLogger(__name__)
_STOP_SECONDS = 10
NOT_READY = 503


def health_routes(dsn: str) -> list[BaseRoute]:
    """Health and metrics of the site of this database; they stand beside the pages of people."""
    registry = site_registry(dsn, [listener.name for listener in catalogue().listeners])

    def live(_: Request) -> Response:
        return JSONResponse({"live": True})

    def ready(_: Request) -> Response:
        why_not = _why_not_ready(dsn)
        if why_not:
            return JSONResponse({"ready": False, "why": why_not}, status_code=NOT_READY)
        return JSONResponse({"ready": True})

    def metrics(request: Request) -> Response:
        encode, content_type = exposition.choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"content-type": content_type})

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
    ]


def serve(
    pages: ASGIApp,
    *,
    host: str,
    port: int,
    listening: Callable[[], None] = lambda: None,
    stopping: Callable[[], None] = lambda: None,
) -> bool:
    """Until SIGTERM or SIGINT; requests under way are answered. False: it could not start.

    ``listening`` is called once it answers, so that what is said then is true. ``stopping`` is
    called before it ends: it ends what would never end by itself, as open pages.
    """
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: None)  # uvicorn hands the signal on when it has stopped
    server = _Server(
        uvicorn.Config(
            pages,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    )
    server.address = f"http://{host}:{port}"
    server.listening, server.stopping = listening, stopping
    try:
        server.run()
    except SystemExit:  # it has said why: the port is taken, or not ours to take
        return False
    _LOG.info("stopped")
    return True


class _Server(uvicorn.Server):
    """Says when it listens, and that it is about to stop before it waits for requests under way."""

    address: str
    listening: Callable[[], None]
    stopping: Callable[[], None]

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _LOG.info("serving on %s", self.address)
            self.listening()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.stopping()
        await super().shutdown(sockets)


@contextmanager
def metrics_served(registry: CollectorRegistry, host: str, port: int) -> Iterator[None]:
    """The metrics of one process, beside its work; none on port 0. Raises OSError."""
    if not port:
        yield
        return
    server, thread = start_http_server(port, addr=host, registry=registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _why_not_ready(dsn: str) -> str:
    try:
        with onlooker(dsn, name="relevo ready") as connection:
            return unfit(connection, SCHEMA_PACKAGES)
    except ServerTooOld as too_old:
        return str(too_old)
    except psycopg.Error as away:
        _LOG.warning("not ready: %s", away)
        return "the database does not answer"

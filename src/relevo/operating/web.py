"""The pages of ``relevo serve``: whether it lives, whether it is ready, and how the site does.

``ready`` is for whoever sends traffic here: the database answers and its schema fits this program.
``live`` says no more than that this process answers, so that a database that is away does not make
anybody start it anew. Neither tells a stranger where the database is.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import uvicorn
from prometheus_client import CollectorRegistry, exposition, start_http_server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relevo.engine.connection import ServerTooOld
from relevo.operating.metrics import site_registry
from relevo.operating.schema import unfit
from relevo.operating.vitals import onlooker
from relevo.wiring import SCHEMA_PACKAGES, catalogue

_LOG = logging.getLogger(__name__)
_STOP_SECONDS = 10
NOT_READY = 503


def app(dsn: str) -> Starlette:
    """The pages over this database."""
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

    return Starlette(
        routes=[
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", metrics),
        ]
    )


def serve(pages: Starlette, *, host: str, port: int) -> bool:
    """Until SIGTERM or SIGINT; requests under way are answered. False: it could not start."""
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: None)  # uvicorn hands the signal on when it has stopped
    server = uvicorn.Server(
        uvicorn.Config(
            pages,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    )
    _LOG.info("serving on http://%s:%s", host, port)
    try:
        server.run()
    except SystemExit:  # it has said why: the port is taken, or not ours to take
        return False
    _LOG.info("stopped")
    return True


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

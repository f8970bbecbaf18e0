"""Sends the traces of ``engine/tracing.py`` somewhere, where somebody wants them.

That is the case when ``OTEL_EXPORTER_OTLP_ENDPOINT`` is set and the extra ``tracing`` is installed.
All other settings (sampling, headers, limits) are the SDK's own environment variables.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from relevo.engine import tracing

_LOG = logging.getLogger(__name__)
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@contextmanager
def traced(instance: str) -> Iterator[bool]:
    """Trace within; says whether it does. ``instance`` tells one worker from another."""
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        yield False
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        _LOG.warning("%s is set, but nothing is traced: install relevo[tracing]", _ENDPOINTS[0])
        yield False
        return
    told = {"service.instance.id": instance, "service.version": version("relevo")}
    named = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "relevo")}
    provider = TracerProvider(resource=Resource.create(named | told))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracing.use(provider)
    try:
        yield True
    finally:
        tracing.use(None)
        provider.shutdown()

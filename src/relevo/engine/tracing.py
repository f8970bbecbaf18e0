"""One trace through a message's whole way, across processes, machines and restarts.

    tell (producer) -> handle (consumer) -> what it causes at once -> perform (client) -> the answer

The context of a span is written beside what it caused (the column ``trace`` of mailbox and outbox,
a W3C ``traceparent``), so the trace goes on wherever and whenever that is taken up. A timer starts
a trace of its own: days lie between it and its cause. Whoever makes a row asks inside the span:

    with tracing.handling(mail):
        ... Mail(..., trace=tracing.current(mail.trace))

The engine only speaks the API of OpenTelemetry. Until somebody who has the SDK calls ``use`` (see
``operating/telemetry.py``), every function here is one look at a global and one shared context
manager, and what others wrote into the column is handed on as it is. Names and attributes follow
the semantic conventions for messaging. No body and no text of an error goes into a span: they may
speak of a person. A batch that is tried again after a lost connection shows its messages twice,
since they were handled twice; only one of the two has successors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, StatusCode, Tracer, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from relevo.engine.mail import Mail, Outgoing
from relevo.engine.process import family

HEADER = "traceparent"
"""The name under which a trace travels, in HTTP too."""

_W3C = TraceContextTextMapPropagator()
_OFF: AbstractContextManager[None] = nullcontext()
_Attributes = dict[str, str | int]
_tracer: Tracer | None = None
_under_way: ContextVar[Outgoing | None] = ContextVar("under_way", default=None)


def use(provider: TracerProvider | None) -> None:
    """Trace with this provider from now on; None: do not trace."""
    global _tracer  # noqa: PLW0603 - as with logging, there is one for the program
    _tracer = None if provider is None else provider.get_tracer("relevo.engine")


def current(otherwise: str = "") -> str:
    """The traceparent of the current span, for whatever it causes; without one, ``otherwise``."""
    if _tracer is None:
        return otherwise
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get(HEADER, otherwise)


def telling(kind: str, process_id: str, name: str) -> AbstractContextManager[None]:
    """A message (wire name) from outside is put into a mailbox."""
    if _tracer is None:
        return _OFF
    attributes = _attributes(kind, process_id, "send", "tell")
    attributes["relevo.message.name"] = name
    return _span(_tracer, f"tell {kind}", SpanKind.PRODUCER, None, attributes)


def handling(mail: Mail) -> AbstractContextManager[None]:
    """A process takes a message; the span is a child of whoever caused the message."""
    if _tracer is None:
        return _OFF
    attributes = _attributes(mail.kind, mail.process_id, "process", "handle")
    attributes["messaging.destination.partition.id"] = str(mail.bucket)
    attributes["messaging.message.id"] = mail.message_id
    attributes["relevo.message.name"] = mail.name
    return _span(_tracer, f"handle {mail.kind}", SpanKind.CONSUMER, mail.trace, attributes)


@contextmanager
def performing(effect: Outgoing) -> Iterator[None]:
    """An effect is carried out; the span is a child of the message that wanted it."""
    before = _under_way.set(effect)
    try:
        with _OFF if _tracer is None else _effect_span(_tracer, effect):
            yield
    finally:
        _under_way.reset(before)


def under_way() -> Outgoing | None:
    """The effect that this thread carries out, for whoever writes a line about it."""
    return _under_way.get()


def failed(how: str) -> None:
    """What the current span stands for did not work; ``how`` is a word, not a text."""
    if _tracer is not None:
        span = trace.get_current_span()
        span.set_attribute("error.type", how)
        span.set_status(trace.Status(StatusCode.ERROR))


def _effect_span(tracer: Tracer, effect: Outgoing) -> AbstractContextManager[None]:
    attributes: _Attributes = {
        "relevo.process.id": effect.process_id,
        "relevo.process.kind": effect.kind,
        "relevo.effect.id": effect.effect_id,
        "relevo.effect.name": effect.name,
        "relevo.effect.attempt": effect.attempts + 1,
        "messaging.message.conversation_id": family(effect.process_id),
    }
    return _span(tracer, f"perform {effect.name}", SpanKind.CLIENT, effect.trace, attributes)


def _attributes(kind: str, process_id: str, operation: str, name: str) -> _Attributes:
    return {
        "messaging.system": "relevo",
        "messaging.operation.type": operation,
        "messaging.operation.name": name,
        "messaging.destination.name": kind,
        "messaging.message.conversation_id": family(process_id),
        "relevo.process.id": process_id,
        "relevo.process.kind": kind,
    }


@contextmanager
def _span(
    tracer: Tracer, name: str, kind: SpanKind, parent: str | None, attributes: _Attributes
) -> Iterator[None]:
    """``parent``: a traceparent, nothing ("") for a new trace, None for the current span."""
    above = None if parent is None else _W3C.extract({HEADER: parent}, Context())
    with tracer.start_as_current_span(
        name,
        context=above,
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ):
        try:
            yield
        except BaseException as fault:
            failed(type(fault).__name__)
            raise

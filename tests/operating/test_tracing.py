"""One trace goes through a message's whole way; without an SDK it costs nothing and loses none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from tests.operating.conftest import Connection, Engines, Grid

from relevo.adapters.http import call, client
from relevo.engine import tracing
from relevo.engine.performer import Permanent
from relevo.operating.telemetry import traced
from relevo.testing.lamps import OpenHouse, SwitchOn

FOREIGN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider)
    yield exporter
    tracing.use(None)
    provider.shutdown()


def _word_of(span: ReadableSpan) -> object:
    return None if span.attributes is None else span.attributes.get("relevo.message.name")


def _parent_of(span: ReadableSpan, among: Sequence[ReadableSpan]) -> str:
    """The name of its parent; empty for the first of a trace."""
    if span.parent is None:
        return ""
    return next(each.name for each in among if each.context.span_id == span.parent.span_id)


def _trace_ids(spans: Sequence[ReadableSpan]) -> set[int]:
    return {span.context.trace_id for span in spans}


def test_one_trace_leads_from_the_tell_to_the_answer_of_the_outside_and_on(
    engines: Engines, spans: InMemorySpanExporter
) -> None:
    engine = engines()
    engine.tell("lamps.house", "h1", OpenHouse(lamps=1, watts=5), key="open")
    engine.run_until_quiet()
    found = spans.get_finished_spans()
    assert len(_trace_ids(found)) == 1
    ways = {(span.name, _word_of(span), _parent_of(span, found)) for span in found}
    assert ("tell lamps.house", "lamps.open_house", "") in ways
    assert ("handle lamps.house", "lamps.open_house", "tell lamps.house") in ways
    assert ("handle lamps.lamp", "lamps.switch_on", "handle lamps.house") in ways
    assert ("perform lamps.send_power", None, "handle lamps.lamp") in ways
    assert ("handle lamps.lamp", "lamps.power_came", "perform lamps.send_power") in ways
    assert ("handle lamps.house", "engine.heard", "handle lamps.lamp") in ways


def test_the_trace_goes_on_in_another_process_that_starts_later(
    engines: Engines, spans: InMemorySpanExporter
) -> None:
    first = engines("w1")
    first.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    first.close()
    engines("w2").run_until_quiet()
    found = spans.get_finished_spans()
    assert len(found) > 3
    assert len(_trace_ids(found)) == 1


def test_spans_say_what_they_are_in_the_words_of_the_conventions(
    engines: Engines, spans: InMemorySpanExporter
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    found = spans.get_finished_spans()
    kinds = {span.name.split()[0]: span.kind for span in found}
    assert kinds == {
        "tell": SpanKind.PRODUCER,
        "handle": SpanKind.CONSUMER,
        "perform": SpanKind.CLIENT,
    }
    handled = next(span for span in found if span.kind is SpanKind.CONSUMER)
    assert handled.attributes is not None
    assert handled.attributes["messaging.system"] == "relevo"
    assert handled.attributes["messaging.operation.type"] == "process"
    assert handled.attributes["messaging.destination.name"] == "lamps.lamp"
    assert handled.attributes["messaging.message.id"] == "lamp-1:on"
    assert handled.attributes["relevo.process.id"] == "lamp-1"


def test_whoever_performs_knows_the_trace_to_name_in_its_request(
    engines: Engines, spans: InMemorySpanExporter, grid: Grid
) -> None:
    named: list[str] = []
    grid.watch = lambda: named.append(tracing.current())
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    performed = next(s for s in spans.get_finished_spans() if s.name == "perform lamps.send_power")
    expected = f"00-{performed.context.trace_id:032x}-{performed.context.span_id:016x}-"
    assert [name[:-2] for name in named] == [expected]


class Peer(BaseHTTPRequestHandler):
    """Remembers under which trace it was asked."""

    named: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        """Answer, and remember."""
        self.named.append(self.headers.get(tracing.HEADER))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # type: ignore[explicit-override]  # noqa: A002
        """Say nothing in the test."""


@pytest.mark.usefixtures("spans")
def test_a_request_to_the_outside_names_its_trace_and_only_where_there_is_one() -> None:
    with (
        HTTPServer(("127.0.0.1", 0), Peer) as peer,
        client(f"http://127.0.0.1:{peer.server_port}") as http,
    ):
        answering = threading.Thread(target=peer.serve_forever, args=(0.01,))
        answering.start()
        with tracing.telling("lamps.lamp", "lamp-1", "lamps.switch_on"):
            expected = tracing.current()
            call(http, "GET", "/contracts", headers={"connection": "close"})
        call(http, "GET", "/contracts", headers={"connection": "close"})
        peer.shutdown()
        answering.join()
    assert Peer.named == [expected, None]


def test_a_span_of_a_failure_says_so_without_what_the_error_quotes(
    engines: Engines, spans: InMemorySpanExporter, grid: Grid
) -> None:
    grid.fault = Permanent("no contract for +34600000101")
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    found = spans.get_finished_spans()
    performed = next(s for s in found if s.name == "perform lamps.send_power")
    assert not performed.status.is_ok
    assert "34600000101" not in "".join(span.to_json() for span in found)


def test_without_an_sdk_nothing_is_written_and_what_others_wrote_is_handed_on(
    engines: Engines, connection: Connection
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.tell("lamps.lamp", "lamp-2", SwitchOn(watts=5), key="on")
    assert connection.execute("select distinct trace from mailbox").fetchall() == [("",)]
    connection.execute("update mailbox set trace = %s where process_id = 'lamp-2'", (FOREIGN,))
    engine.turn()
    assert connection.execute("select process_id, trace from outbox order by 1").fetchall() == [
        ("lamp-1", ""),
        ("lamp-2", FOREIGN),
    ]


def test_a_trace_that_cannot_be_read_begins_a_new_one(
    engines: Engines, connection: Connection, spans: InMemorySpanExporter
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    connection.execute("update mailbox set trace = 'nonsense'")
    engine.run_until_quiet()
    told, *rest = spans.get_finished_spans()
    assert len(_trace_ids(rest)) == 1
    assert _trace_ids(rest) != _trace_ids([told])


@pytest.mark.usefixtures("spans")
def test_within_a_trace_a_line_of_the_log_says_which(
    engines: Engines, grid: Grid, caplog: pytest.LogCaptureFixture
) -> None:
    from relevo.operating.logs import Form, Lines  # noqa: PLC0415

    lines: list[str] = []
    form = Lines(Form.JSON, "w1")

    def write() -> None:
        logging.getLogger("grid").warning("slow")
        lines.append(form.format(caplog.records[-1]))

    grid.watch = write
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    assert '"trace_id":"' in lines[0]
    assert '"process_id":"lamp-1"' in lines[0]
    assert '"word":"lamps.send_power"' in lines[0]


def test_nobody_is_traced_without_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    with traced("w1") as is_traced:
        assert not is_traced
        assert not tracing.current()


def test_with_an_endpoint_messages_are_traced_until_the_service_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    with traced("w1") as is_traced, tracing.telling("lamps.lamp", "lamp-1", "lamps.switch_on"):
        assert is_traced
        assert not int(tracing.current()[-2:], 16) & 1  # a trace, and as the sampler wants it
    assert not tracing.current()

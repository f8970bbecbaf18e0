"""``/desk/ports/<process>``: one request at a hub, ours or another operator's, to its last byte.

The same page shows what else lies beside ports: returns, recoveries, wishes to cease, requests for
many numbers. What is due when is worked out for each kind; everything else is its state as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_look
from relevo.access.masking import Personal, Shows, roles_of, sight
from relevo.desk.wire_log import PortKeys, exchanges
from relevo.engine.process import family, wire_name
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.operating.masking import masked
from relevo.pages.console import console_of, reading
from relevo.pages.guard import NotFound
from relevo.pages.orders.opened import Opened, labels_of, open_family
from relevo.pages.page import page
from relevo.porting.gateway import Exchange
from relevo.porting.multiple.model import Multiple
from relevo.porting.number_return.model import NumberReturn
from relevo.porting.port_in.messages import PortInRejected, PortInRequested
from relevo.porting.port_in.model import PortIn, PortInPhase
from relevo.porting.port_out.model import PortOut
from relevo.porting.profile import PortingProfile, Rejection
from relevo.porting.reconcile import SETTLING
from relevo.porting.recovery.model import Recovery
from relevo.tracking.labels import Labels
from relevo.tracking.replay import stops_of
from relevo.tracking.timeline import Step, step_of
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.pages.orders", "port")
EXCHANGES_SHOWN = 200
FILES_SHOWN = 31
_OVER = frozenset({PortInPhase.COMPLETED, PortInPhase.CANCELLED, PortInPhase.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A moment that the rules set; ``is_open``: something still depends on it."""

    name: str
    at: Moment
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a witness said of the request, the first time that anybody said it."""

    what: str
    witness: str
    at: Moment
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheWire:
    """One call as the log has it; the bodies only where they were opened."""

    place: int
    exchange: Exchange
    sent: str | None
    received: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSaid:
    """What the third witness said of the request on one day."""

    name: str
    at: Moment
    says: str  # agrees | behind | missing
    theirs: str


def show_port(request: Request) -> Response:
    """The page of one process; ``?open=<n>`` or ``?open=all`` opens messages of the wire log."""
    process_id = request.path_params["process"]
    opened = open_family(request, family(process_id), subject=process_id)
    state = opened.states.get(process_id)
    if state is None:
        raise NotFound(process_id)
    facts, words = opened.facts_of(process_id), labels_of(request)
    return page(
        request,
        "orders/port.html",
        opened=opened,
        veil=opened.veil,
        process_id=process_id,
        kind=facts[0].kind if facts else "",
        state=state,
        about=_about(state),
        limits=sorted(_limits(state, opened.rules), key=lambda limit: limit.at),
        cause=_cause(state, opened),
        told=[
            Told(
                what=said.what if (said := _step(each, words)) else wire_name(each.fact),
                witness=str(each.fact.witness),
                at=each.at,
                seq=each.seq,
            )
            for each in facts
            if getattr(each.fact, "witness", None)
        ],
        files=_files(request, opened, state),
        wire=_wire(request, opened, process_id, state),
        opens=request.query_params.get("open", ""),
        stops=[*reversed(stops_of(facts, words))],
        history=[(each, wire_name(each.fact)) for each in reversed(facts)],
        inside=_inside(state),
        active="",
    )


def _step(each: Recorded, words: Labels) -> Step | None:
    return step_of(each.process_id, each.fact, at=each.at, labels=words)


def _about(state: Any) -> list[tuple[str, object]]:
    """The request's own names and parties, by the words of ``orders.about``."""
    match state:
        case PortIn(asked=asked, standing=standing) if asked is not None:
            return [
                ("number", asked.number),
                ("hub", asked.hub),
                ("donor", asked.donor),
                ("recipient", asked.recipient),
                ("contract_code", asked.contract_code),
                ("reference", standing.reference if standing else ""),
                ("sendings", state.sendings),
            ]
        case PortOut(asked=asked) if asked is not None:
            return [
                ("number", tuple(each.number for each in asked.numbers)),
                ("hub", asked.hub),
                ("donor", asked.donor),
                ("recipient", asked.recipient),
                ("reference", asked.reference),
                ("our_answer", state.verdict.code or "yes" if state.verdict else ""),
            ]
        case NumberReturn(matter=matter) if matter is not None:
            return [
                ("number", matter.number),
                ("hub", matter.hub),
                ("range_holder", state.range_holder),
                ("reference", state.reference),
            ]
        case Recovery(cut=cut) if cut is not None:
            return [("number", cut.number), ("donor", cut.donor), ("level", state.level)]
        case _:
            return []


def _limits(state: Any, rules: PortingProfile) -> Iterator[Limit]:
    match state:
        case PortIn():
            yield from _limits_of_port_in(state, rules)
        case PortOut(asked=asked) if asked is not None:
            answering = state.phase in {"asked", "checking", "answering"}
            yield Limit(name="answer_from", at=asked.answer_from, is_open=answering)
            yield Limit(name="answer_until", at=asked.answer_until, is_open=answering)
            window = state.window or asked.window
            confirmed = state.phase in {"confirmed", "awaiting"}
            yield Limit(name="window_opens", at=window.opens, is_open=confirmed)
            yield Limit(name="window_closes", at=window.closes, is_open=confirmed)
        case NumberReturn(matter=matter) if matter is not None:
            if matter.held_until:
                yield Limit(
                    name="held_until", at=matter.held_until, is_open=state.phase == "holding"
                )
            if state.window:
                notified = state.phase in {"notified", "held"}
                yield Limit(name="window_opens", at=state.window.opens, is_open=notified)
        case Recovery(cut=cut) if cut is not None:
            under_way = state.phase not in {"recovered", "overtaken", "expired"}
            yield Limit(name="held_until", at=cut.held_until, is_open=under_way)
            if state.promised_by:
                promised = state.phase == "promised"
                yield Limit(name="promised_by", at=state.promised_by, is_open=promised)
        case _:
            return


def _limits_of_port_in(state: PortIn, rules: PortingProfile) -> Iterator[Limit]:
    asked, standing = state.asked, state.standing
    if asked is None or standing is None:
        return
    waits = state.phase is PortInPhase.REQUESTED
    ours = state.phase not in _OVER
    yield Limit(name="reply_due", at=standing.reply_due, is_open=waits)
    safety = rules.safety_at(asked.hub, standing.window)
    yield Limit(name="safety", at=safety, is_open=ours)
    yield Limit(name="cancel_until", at=standing.cancel_until, is_open=ours)
    yield Limit(name="window_opens", at=standing.window.opens, is_open=ours)
    yield Limit(name="window_closes", at=standing.window.closes, is_open=ours)


def _cause(state: Any, opened: Opened) -> Rejection | None:
    """Why the other side said no, and what the rules make of it."""
    match state:
        case PortIn(asked=asked) if asked is not None:
            said = [
                each.fact
                for each in opened.facts_of(state.process_id)
                if isinstance(each.fact, PortInRejected)
            ]
            return opened.rules.rejection(asked.hub, said[-1].code) if said else None
        case PortOut(asked=asked, verdict=verdict) if asked and verdict and verdict.code:
            return opened.rules.rejection(asked.hub, verdict.code)
        case _:
            return None


def _keys(state: Any) -> list[PortKeys]:
    """The names under which the request is known on the wire."""
    match state:
        case PortIn(asked=asked, standing=standing) if asked is not None:
            reference = standing.reference if standing else ""
            return [
                PortKeys(
                    contract_code=asked.contract_code, reference=reference, number=asked.number
                )
            ]
        case PortOut(asked=asked) if asked is not None:
            return [
                PortKeys(contract_code="", reference=asked.reference, number=each.number)
                for each in asked.numbers
            ]
        case Multiple() | NumberReturn():
            reference = str(getattr(state, "reference", ""))
            return [PortKeys(contract_code="", reference=reference, number="")]
        case _:
            return []


def _wire(request: Request, opened: Opened, process_id: str, state: Any) -> list[OnTheWire]:
    keys = _keys(state)
    if not keys:
        return []
    with reading(request) as (connection, session):
        found = exchanges(connection, keys, most=EXCHANGES_SHOWN)
    asked = request.query_params.get("open", "")
    wanted = _places(asked, len(found))
    if wanted:  # the look at what was said word for word is a look of its own
        console = console_of(request)
        with console.acting() as own:
            note_look(
                own,
                session,
                [opened.key],
                at=console.now(),
                page=request.url.path,
                subject=f"wire:{process_id}:{asked}",
            )
    in_full = sight(Personal.DOCUMENT, roles_of(session)) is Shows.ALL

    def text(body: bytes) -> str:
        said = body.decode("utf-8", "replace")
        return opened.veil(said) if in_full else opened.veil(masked(said))

    return [
        OnTheWire(
            place=place,
            exchange=each,
            sent=text(each.sent) if place in wanted else None,
            received=text(each.received) if place in wanted else None,
        )
        for place, each in enumerate(found)
    ]


def _files(request: Request, opened: Opened, state: Any) -> list[FileSaid]:
    """Of each file that was made while the request lay at the hub, as far as he may know."""
    facts = opened.facts_of(getattr(state, "process_id", ""))
    lies = next((each.at for each in facts if isinstance(each.fact, PortInRequested)), None)
    if not isinstance(state, PortIn) or state.asked is None or lies is None:
        return []
    until = facts[-1].at if state.phase in _OVER else console_of(request).now()
    with reading(request) as (connection, _):
        wanted = {
            "process_id": state.process_id,
            "hub": state.asked.hub.value,
            "since": lies + SETTLING,
            "until": until,
            "most": FILES_SHOWN,
        }
        rows = connection.execute(_SQL["files_about"], wanted).fetchall()
    return [
        FileSaid(name=name, at=utc(at), says=says, theirs=theirs) for name, at, says, theirs in rows
    ]


def _places(asked: str, count: int) -> set[int]:
    if asked == "all":
        return set(range(count))
    return {int(asked)} & set(range(count)) if asked.isdecimal() else set()


def _inside(state: Any) -> list[tuple[str, object]]:
    """The fields of a state that are plain, for who wants to see all of it."""
    if not is_dataclass(state):
        return []
    found = [(each.name, getattr(state, each.name)) for each in fields(state)]
    return [(name, value) for name, value in found if not is_dataclass(value)]

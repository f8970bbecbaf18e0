"""Opens the file of one order, or of another family: read once, noted once, folded once.

Every page of an order comes through here. What is read is its facts, behind the wall; the states
of today are what these add up to (``tracking/replay``), so a page costs one query however many
processes the order has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import Any

from starlette.requests import Request

from relevo import wiring
from relevo.access.audit import note_look
from relevo.brands.reading import Session
from relevo.engine.connection import Connection
from relevo.engine.history import facts_of, state_of
from relevo.engine.process import ProcessType
from relevo.engine.recorded import Recorded
from relevo.pages.console import console_of, reading
from relevo.pages.guard import NotFound
from relevo.pages.orders.veil import Veil, known_of, known_of_order, veil_of
from relevo.pages.page import visitor_of
from relevo.pages.tending import case_task, colleagues, takers
from relevo.porting.profile import PortingProfile
from relevo.profiles.book import UnknownProfile
from relevo.tracking.labels import Labels, labels
from relevo.tracking.picture import Picture, picture_of
from relevo.tracking.replay import states_of, up_to
from relevo.values.moment import Moment

REFRESHED = "x-refresh"
"""The header with which an open page asks for itself again."""

_ONE_LOOK = timedelta(minutes=30)
"""A page that refreshes itself is one look, as long as it is open: it is noted again after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One file as it was read: facts, states, and how this reader sees what is personal."""

    key: str
    records: list[Recorded]
    states: Mapping[str, Any]
    picture: Picture | None  # None: the family is no order
    rules: PortingProfile
    session: Session
    veil: Veil
    looked_after_by: str  # the member of staff who took its case; "" when nobody did
    colleagues: tuple[str, ...]  # to whom it can be handed over

    def of_kind(self, kind: type[Any]) -> dict[str, Any]:
        """Its processes of one kind, by their ids."""
        return {name: state for name, state in self.states.items() if isinstance(state, kind)}

    def facts_of(self, process_id: str) -> list[Recorded]:
        """The history of one of its processes."""
        return [each for each in self.records if each.process_id == process_id]


def open_family(request: Request, key: str, *, subject: str = "", seq: int | None = None) -> Opened:
    """Read a family and note the look; ``seq``: as it stood after that fact. Raises NotFound."""
    with reading(request) as (connection, session):
        records = facts_of(connection, key) if "/" not in key else []
        if not records:
            raise NotFound(key)
        older = _archived(connection, records)
        taken = takers(connection, [case_task(key)]).get(case_task(key), "")
        others = tuple(colleagues(connection, session.staff))
    _note(request, session, key, subject)
    if seq is not None:
        seq = max(seq, records[0].seq)  # before its beginning there is nothing: its beginning
    states = {**states_of((r for r in up_to(records, seq) if r.process_id not in older), kinds())}
    states.update(older)
    rules = _rules_of(request, states.get(key))
    picture = picture_of(key, states, rules)
    known = [*known_of(states.values())]
    if picture is not None:
        cards = [str(card.iccid) for line in picture.lines for card in line.cards]
        known += known_of_order(picture.order.customer, picture.order.lines, cards)
    return Opened(
        key=key,
        records=records,
        states=states,
        picture=picture,
        rules=rules,
        session=session,
        veil=veil_of(session, known),
        looked_after_by=taken,
        colleagues=others,
    )


def open_order(request: Request, key: str, *, subject: str = "", seq: int | None = None) -> Opened:
    """As ``open_family``, for what must be an order. Raises NotFound."""
    opened = open_family(request, key, subject=subject, seq=seq)
    if opened.picture is None:
        raise NotFound(key)
    return opened


def labels_of(request: Request) -> Labels:
    """The words of the timeline, in the language of whoever reads."""
    return labels(visitor_of(request).language, console_of(request).settings.rules.zone)


@cache
def kinds() -> Mapping[str, ProcessType[Any]]:
    """Every kind of process by its name."""
    return wiring.catalogue().processes


def _archived(connection: Connection, records: list[Recorded]) -> dict[str, Any]:
    """Processes whose first facts are in the archive: their stored states stand for them."""
    first: dict[str, int] = {}
    for each in records:
        first.setdefault(each.process_id, each.version)
    cut = [process_id for process_id, version in first.items() if version > 1]
    return {process_id: state_of(connection, process_id) for process_id in cut}


def _rules_of(request: Request, root: Any) -> PortingProfile:
    """The edition that the order pinned; the site's own where none is pinned."""
    try:
        return wiring.book().pinned(getattr(root, "rules", "") or "")
    except UnknownProfile:
        return console_of(request).settings.rules


_seen_at: dict[tuple[str, str], Moment] = {}
_seen_lock = Lock()
_SEEN_MAX = 10_000


def _note(request: Request, session: Session, key: str, subject: str) -> None:
    """The look goes into the record before its page goes out."""
    console, page = console_of(request), request.url.path
    now = console.now()
    known = (visitor_of(request).ticket, page)
    if request.headers.get(REFRESHED):
        with _seen_lock:
            before = _seen_at.get(known)
        if before is not None and now - before < _ONE_LOOK:
            return
    with console.acting() as connection:
        note_look(connection, session, [key], at=now, page=page, subject=subject)
    with _seen_lock:
        if len(_seen_at) >= _SEEN_MAX:
            _seen_at.clear()
        _seen_at[known] = now

"""Fetching what the fixed hub tells everybody, at least once, and holding it against our own.

Confirmations of all operators go into the bulletin. What the hub says of a request of ours that
has ended the other way (rejected after it moved, moved after it was taken back) can change nothing
in that request any more: it is an incoherence, and becomes a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.porting.fixed_bulletin.gateway import Board, BoardHouse
from relevo.porting.fixed_bulletin.queries import keep_moves
from relevo.porting.fixed_incoherence.decider import KIND, process_id_of
from relevo.porting.fixed_incoherence.messages import IncoherenceRaised
from relevo.porting.fixed_incoherence.model import Finding, Matter, NumberSpan
from relevo.porting.gateway import News
from relevo.porting.intake import Source
from relevo.porting.port_in.messages import HubState, PortStateSeen
from relevo.porting.port_in.model import PortInPhase
from relevo.porting.queries import ports_by_contract
from relevo.porting.reconcile import KnownPort

_SQL = statements("relevo.porting", "ports")
SOURCE = "fixed board"
Told = tuple[str, str, object, str]

_CONTRADICTIONS = {
    (HubState.REJECTED, PortInPhase.COMPLETED.value): Finding.REJECTED_AFTER_MOVE,
    (HubState.PORTED, PortInPhase.CANCELLED.value): Finding.MOVED_AFTER_END,
    (HubState.PORTED, PortInPhase.REJECTED.value): Finding.MOVED_AFTER_END,
}
"""What the hub says now, and how our own request has ended."""


class BoardIntake(Source):
    """The hub's announcements to all, and the incoherences that come to light by them."""

    source = "fixed hub"

    def __init__(self, engine: Engine, dsn: str, house: BoardHouse, *, rules: str) -> None:
        super().__init__(engine, dsn)
        self._house = house
        self._rules = rules

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        return self._attempt(SOURCE, self._read)

    def _read(self) -> int:
        before = self._place(SOURCE)
        if not before:
            self._house.ask_for_all()
        board = self._house.board(before)
        if board.place == before:
            return 0
        told = self._engine.tell_many(self._told(board))
        connection = self._connection()
        with connection.transaction(), connection.cursor() as cursor:
            keep_moves(cursor, board.moves, board.undone)
            cursor.execute(_SQL["move_place"], (SOURCE, board.place))
        return told

    def _told(self, board: Board) -> Iterator[Told]:
        for doubt in board.doubts:
            target = process_id_of(doubt.reference)
            yield KIND, target, doubt.said, f"{SOURCE}:{doubt.notice_id}"
        yield from self._contradictions(board.ends)

    def _contradictions(self, ends: Sequence[News]) -> Iterator[Told]:
        connection = self._connection()
        with connection.transaction():
            ports = ports_by_contract(connection, [each.contract_code for each in ends])
        for each in ends:
            port, said = ports.get(each.contract_code), each.said
            if port is None or not isinstance(said, PortStateSeen):
                continue
            finding = _CONTRADICTIONS.get((said.state, port.state))
            if finding is not None:
                raised = self._raised(port, finding, said.cause)
                target = process_id_of(raised.matter.reference)
                yield KIND, target, raised, f"{SOURCE}:{each.notice_id}:{finding}"

    def _raised(self, port: KnownPort, finding: Finding, cause: str) -> IncoherenceRaised:
        matter = Matter(
            reference=self._house.doubt_reference(f"{port.contract_code} {finding}"),
            raised_by=port.recipient,
            us=port.recipient,
            finding=finding,
            cause=cause,
            text=f"{finding}: {port.contract_code}",
            spans=(NumberSpan(first=port.number, last=port.number),),
            rules=self._rules,
        )
        return IncoherenceRaised(matter=matter)

"""Looks into the HLR and changes it: in bulk by CTRL, by VTY where a phone must hear of it."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.adapters.registry_osmocom.ctrl import Ctrl, Reply, Request
from relevo.adapters.registry_osmocom.faults import HlrSpeaksOddly
from relevo.adapters.registry_osmocom.records import NO_SUCH, Change, Create, Row, row_in
from relevo.adapters.registry_osmocom.vty import Refused, Vty

_EXISTS = "already exists"


class Hands:
    """Both ways into one HLR."""

    def __init__(self, ctrl: Ctrl, vty: Vty) -> None:
        self._ctrl = ctrl
        self._vty = vty

    def rows(self, questions: Sequence[Request]) -> list[Row | None]:
        """The subscribers that were asked for; None for one that is not there."""
        return [_row(reply) for reply in self._ctrl.ask(questions)]

    def change(self, changes: Sequence[tuple[Change, bool]]) -> list[str]:
        """Make these changes (True: a live phone has to hear of it); why not, for each, or ''."""
        requests = [
            (at, each)
            for at, (change, is_live) in enumerate(changes)
            if not is_live
            for each in change.requests()
        ]
        refusals = [""] * len(changes)
        for (at, _), reply in zip(requests, self._ctrl.ask([r for _, r in requests]), strict=True):
            if reply.is_refused and not _is_there_already(changes[at][0], reply.value):
                refusals[at] = changes[at][0].refusal
        for at, (change, is_live) in enumerate(changes):
            if is_live:
                refusals[at] = self._by_vty(change)
        return refusals

    def all_numbers(self) -> list[str]:
        """Every number that some card has."""
        lines = (line.split() for line in self._vty.tell("show subscribers all").splitlines())
        return [
            words[1]
            for words in lines
            if len(words) > 2 and words[0].isdigit() and words[1].isdigit()
        ]

    def close(self) -> None:
        """Hang up."""
        self._ctrl.close()
        self._vty.close()

    def _by_vty(self, change: Change) -> str:
        try:
            self._vty.tell(change.command())
        except Refused as no:
            return "" if _is_there_already(change, str(no)) else change.refusal
        return ""


def _is_there_already(change: Change, said: str) -> bool:
    return isinstance(change, Create) and _EXISTS in said


def _row(reply: Reply) -> Row | None:
    if not reply.is_refused:
        return row_in(reply.value)
    if reply.value != NO_SUCH:
        raise HlrSpeaksOddly(f"the HLR could not look a subscriber up: {reply.value}")
    return None

"""The mailbox of the recipient at the mobile hub: confirmations and rejections, page by page.

A notification is a picture of the request at the moment of the news. Faults of the mailbox
(doubled, late, out of order, lost) strike here; the state in the hub and in its file stays right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relevo.simulators.faults import late_by
from relevo.simulators.mobile_soap import Field
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

PAGE = 20
HELD_BACK = timedelta(hours=6)


@dataclass(slots=True)
class Notice:
    """One notification, visible."""

    code: str
    created_at: Moment
    request: list[Field]
    is_synchronised: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the mailbox."""

    code: str
    total: int
    notices: tuple[Notice, ...]
    is_last: bool


class Notices:
    """Keeps every notification until it is marked as synchronised, and the mark after that."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._visible: list[Notice] = []
        self._held_back: list[Notice] = []

    def post(self, number: str, created_at: Moment, request: list[Field]) -> None:
        """Tell the recipient the news of a request, as far as the faults let it through."""
        if self._stage.strike("hub", "lose_notice", number=number):
            return
        notice = Notice("", created_at, request)
        delay = self._stage.strike("hub", "delay", number=number)
        if delay is not None:
            due = self._stage.now() + late_by(delay, timedelta(hours=2))
            self._stage.later(due, f"hub notice {number}", lambda: self._show(notice))
        elif self._stage.strike("hub", "reorder", number=number):
            self._hold_back(number, notice)
        else:
            self._show(notice)
        if self._stage.strike("hub", "duplicate", number=number):
            self._show(Notice("", created_at, request))

    def page(self, code: str) -> Page:
        """The unread notifications behind the page of this code, or the first ones."""
        behind = int(code[3:]) if code[:3] == "PG-" and code[3:].isdecimal() else 0
        unread = [each for each in self._visible if not each.is_synchronised]
        rest = [each for each in unread if self._place(each) > behind]
        shown = rest[:PAGE]
        last = self._place(shown[-1]) if shown else behind
        return Page(f"PG-{last}", len(unread), tuple(shown), len(rest) <= PAGE)

    def mark(self, codes: list[str]) -> None:
        """These were stored by the reader."""
        for each in self._visible:
            each.is_synchronised = each.is_synchronised or each.code in codes

    def _hold_back(self, number: str, notice: Notice) -> None:
        self._held_back.append(notice)
        due = self._stage.now() + HELD_BACK
        self._stage.later(due, f"hub notice {number}", self._let_go)

    def _show(self, notice: Notice) -> None:
        self._append(notice)
        self._let_go()

    def _let_go(self) -> None:
        held, self._held_back = self._held_back, []
        for notice in held:
            self._append(notice)

    def _append(self, notice: Notice) -> None:
        notice.code = f"N{len(self._visible) + 1:010d}"
        self._visible.append(notice)
        self._stage.changed()

    @staticmethod
    def _place(notice: Notice) -> int:
        return int(notice.code[1:])

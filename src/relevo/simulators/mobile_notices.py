"""The mailbox of the recipient at the mobile hub: confirmations and rejections, page by page.

A notification is a picture of the request at the moment of the news. Faults of the mailbox
(doubled, late, out of order, lost) strike here; the state in the hub and in its file stays right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relevo.simulators.faults import late_by
from relevo.simulators.mobile_soap import Field
from relevo.simulators.stage import Part, Stage
from relevo.values.moment import Moment

PAGE = 20
HELD_BACK = timedelta(hours=6)


@dataclass(slots=True)
class Notice:
    """One notification, visible."""

    code: str
    created_at: Moment
    request: list[Field]


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
        self._unread: dict[str, Notice] = {}
        self._shown = 0
        self._held_back: dict[Part | None, list[Notice]] = {}

    def post(self, number: str, created_at: Moment, request: list[Field]) -> None:
        """Tell the recipient the news of a request, as far as the faults let it through."""
        if self._stage.strike("hub", "lose_notice", number=number):
            return
        notice = Notice("", created_at, request)
        delay = self._stage.strike("hub", "delay", number=number)
        if delay is not None:
            due = self._stage.now() + late_by(delay, timedelta(hours=2))
            self._stage.later(due, f"hub notice {number}", lambda: self._show(number, notice))
        elif self._stage.strike("hub", "reorder", number=number):
            self._hold_back(number, notice)
        else:
            self._show(number, notice)
        if self._stage.strike("hub", "duplicate", number=number):
            self._show(number, Notice("", created_at, request))

    def page(self, code: str) -> Page:
        """The unread notifications behind the page of this code, or the first ones."""
        behind = int(code[3:]) if code[:3] == "PG-" and code[3:].isdecimal() else 0
        rest = [each for each in self._unread.values() if self._place(each) > behind]
        shown = rest[:PAGE]
        last = self._place(shown[-1]) if shown else behind
        return Page(f"PG-{last}", len(self._unread), tuple(shown), len(rest) <= PAGE)

    def mark(self, codes: list[str]) -> None:
        """These were stored by the reader."""
        for code in codes:
            self._unread.pop(code, None)

    def _hold_back(self, number: str, notice: Notice) -> None:
        owner = self._stage.owner_of(number)
        self._held_back.setdefault(owner, []).append(notice)
        due = self._stage.now() + HELD_BACK
        self._stage.later(due, f"hub notice {number}", lambda: self._let_go(owner))

    def _show(self, number: str, notice: Notice) -> None:
        """And after it what was held back of the same customer: he hears it out of order."""
        self._append(notice)
        self._let_go(self._stage.owner_of(number))

    def _let_go(self, owner: Part | None) -> None:
        for notice in self._held_back.pop(owner, []):
            self._append(notice)

    def _append(self, notice: Notice) -> None:
        self._shown += 1
        notice.code = f"N{self._shown:010d}"
        self._unread[notice.code] = notice
        self._stage.changed("hub")

    @staticmethod
    def _place(notice: Notice) -> int:
        return int(notice.code[1:])

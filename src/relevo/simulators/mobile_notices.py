"""The mailboxes of the mobile hub, one for each operator and role, read page by page.

A notification is a picture of the request at the moment of the news. Faults of the mailbox
(doubled, late, out of order, lost) strike here, whichever side reads it; the state in the hub and
in its file stays right. Nothing is kept for operators that nobody plays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from relevo.simulators.faults import late_by
from relevo.simulators.mobile_pictures import PAGE
from relevo.simulators.mobile_soap import Field
from relevo.simulators.stage import Part, Stage
from relevo.values.moment import Moment

HELD_BACK = timedelta(hours=6)


class Role(StrEnum):
    """In which role an operator reads; the value begins the codes of its notifications."""

    RECIPIENT = "N"
    DONOR = "D"
    DONOR_CANCELLED = "C"
    MIGRATION = "M"


@dataclass(frozen=True, slots=True)
class Letter:
    """One piece of news on its way: to whom, about which numbers, and the picture."""

    operator: str
    role: Role
    numbers: Sequence[str]
    created_at: Moment
    picture: list[Field]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification, visible."""

    place: int
    code: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the mailbox."""

    code: str
    total: int
    notices: tuple[Notice, ...]
    is_last: bool


class _Mailbox:
    """Notifications in their order; what was read at its beginning is forgotten."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.unread: set[str] = set()

    def page(self, behind: int) -> Page:
        while self.notices and self.notices[0].code not in self.unread:
            del self.notices[: self._read_in_front()]
        shown: list[Notice] = []
        for notice in self.notices[bisect_right(self.notices, behind, key=lambda n: n.place) :]:
            if len(shown) > PAGE:
                break
            if notice.code in self.unread:
                shown.append(notice)
        is_last, shown = len(shown) <= PAGE, shown[:PAGE]
        last = shown[-1].place if shown else behind
        return Page(f"PG-{last}", len(self.unread), tuple(shown), is_last)

    def _read_in_front(self) -> int:
        unread = (n for n, notice in enumerate(self.notices) if notice.code in self.unread)
        return next(unread, len(self.notices))


class Notices:
    """Keeps every notification until it is marked as synchronised, and the mark after that."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._mailboxes: dict[tuple[str, Role], _Mailbox] = {}
        self._shown = 0
        self._held_back: dict[Part | None, list[Letter]] = {}

    def post(self, letter: Letter) -> None:
        """Tell an operator the news of a request, as far as the faults let it through."""
        numbers, strike = letter.numbers, self._stage.strike_one_of
        if strike("hub", "lose_notice", numbers):
            return
        name = f"hub notice {numbers[0] if numbers else letter.operator}"
        delay = strike("hub", "delay", numbers)
        if delay is not None:
            due = self._stage.now() + late_by(delay, timedelta(hours=2))
            self._stage.later(due, name, lambda: self._show(letter))
        elif strike("hub", "reorder", numbers):
            owner = self._owner(letter)
            self._held_back.setdefault(owner, []).append(letter)
            due = self._stage.now() + HELD_BACK
            self._stage.later(due, name, lambda: self._let_go(owner))
        else:
            self._show(letter)
        if strike("hub", "duplicate", numbers):
            self._show(letter)

    def page(self, operator: str, role: Role, code: str) -> Page:
        """The unread notifications behind the page of this code, or the first ones."""
        behind = int(code[3:]) if code[:3] == "PG-" and code[3:].isdecimal() else 0
        return self._mailboxes.setdefault((operator, role), _Mailbox()).page(behind)

    def mark(self, operator: str, codes: Sequence[str]) -> None:
        """These were stored by the reader."""
        for role in Role:
            mailbox = self._mailboxes.get((operator, role))
            if mailbox is not None:
                mailbox.unread.difference_update(codes)

    def _show(self, letter: Letter) -> None:
        """And after it what was held back of the same customer: he hears it out of order."""
        self._append(letter)
        self._let_go(self._owner(letter))

    def _let_go(self, owner: Part | None) -> None:
        for letter in self._held_back.pop(owner, []):
            self._append(letter)

    def _append(self, letter: Letter) -> None:
        self._shown += 1
        notice = Notice(self._shown, f"{letter.role.value}{self._shown:010d}", letter)
        mailbox = self._mailboxes.setdefault((letter.operator, letter.role), _Mailbox())
        mailbox.notices.append(notice)
        mailbox.unread.add(notice.code)
        self._stage.changed("mobile hub")

    def _owner(self, letter: Letter) -> Part | None:
        return self._stage.owner_of(letter.numbers[0]) if letter.numbers else None

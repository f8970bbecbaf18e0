"""Keeps the DNS server as the ledger is: writes what differs, and looks whether it still does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from relevo.adapters.enum_powerdns.client import PowerDns
from relevo.adapters.enum_powerdns.settings import EnumSettings
from relevo.engine.clock import Clock
from relevo.engine.connection import Lane
from relevo.engine.performer import Temporary
from relevo.engine.sql import statements

_SQL = statements("relevo.adapters.enum_powerdns", "enum")

Progress = Callable[[int], None]
"""Told how many numbers are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A number of which the server answers something else than it did. Empty: no record."""

    number: str
    wanted: str
    answered: str


class EnumFeed:
    """The feed of one zone. What was written counts when DNS has answered it."""

    def __init__(self, dsn: str, server: PowerDns, settings: EnumSettings, clock: Clock) -> None:
        # What a crash takes back is written to the server again, which changes nothing there.
        self._lane = Lane(dsn, name="relevo enum", autocommit=True, synchronous=False)
        self._server = server
        self._settings = settings
        self._clock = clock

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()

    def push(self, progress: Progress | None = None) -> int:
        """Write all that differs, some at a time; returns how many numbers it was.

        Raises Temporary, Permanent: what was done until then is done, the rest comes next time.
        """
        done = 0
        while tails := self._next():
            self._server.write(tails)
            seen = {number: self._server.answered(number) for number in tails}
            self._note({n: tail for n, tail in seen.items() if tails[n] == tail})
            unseen = [number for number, tail in seen.items() if tails[number] != tail]
            done += len(tails) - len(unseen)
            if unseen:
                raise Temporary(f"DNS does not answer what was written of {len(unseen)} numbers")
            if progress is not None:
                progress(done)
        return done

    def drift(self, progress: Progress | None = None) -> list[Drift]:
        """What the server answers otherwise than it was seen to, and what it holds besides."""
        country = (self._settings.country,)
        rows = self._lane.connection().execute(_SQL["all"], country).fetchall()
        known = {str(number): str(tail) for number, tail in rows}
        found = []
        for nth, (number, tail) in enumerate(known.items(), start=1):
            if (answered := self._server.answered(number)) != tail:
                found.append(Drift(number=number, wanted=tail, answered=answered))
            if progress is not None:
                progress(nth)
        for number in self._server.numbers():
            if number not in known:
                answered = self._server.answered(number)
                found.append(Drift(number=number, wanted="", answered=answered))
        return found

    def forget(self, numbers: list[str]) -> None:
        """These were not seen after all: the next push writes them anew."""
        self._lane.connection().execute(_SQL["forget"], (numbers,))

    def _next(self) -> dict[str, str]:
        wanted = {
            "switch": self._settings.switch,
            "interconnect": self._settings.interconnect,
            "country": self._settings.country,
            "with_ported": self._settings.with_ported,
            "most": self._settings.batch,
        }
        rows = self._lane.connection().execute(_SQL["to_write"], wanted).fetchall()
        return {str(number): str(tail) for number, tail in rows}

    def _note(self, seen: dict[str, str]) -> None:
        held = {number: tail for number, tail in seen.items() if tail}
        gone = [number for number, tail in seen.items() if not tail]
        words = (self._clock.now(), list(held), list(held.values()))
        self._lane.connection().execute(_SQL["seen"], words)
        self.forget(gone)

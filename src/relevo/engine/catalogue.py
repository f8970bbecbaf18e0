"""What this program can run: its processes, who hears whom, and what is written with the facts.

The catalogue refuses, when the program starts, what could only fail later: a kind declared twice,
a route to a process that does not listen, a listener without a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from relevo.engine.connection import Cursor
from relevo.engine.process import Decision, ProcessType, Refusal
from relevo.engine.recorded import Recorded
from relevo.engine.wire import Upcasters, in_utc
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True)
class Route:
    """Deliver a fact as ``Heard`` to the process that ``to`` names (None: to nobody).

    ``to`` gets the id of the process whose fact it is, and the fact; it must stay in the family.
    """

    fact: type
    kind: str
    to: Callable[[str, Any], str | None]


@dataclass(frozen=True, slots=True)
class Projection:
    """Rows of our own that change in the very transaction of the facts (custody is one)."""

    facts: tuple[type, ...]
    write: Callable[[Cursor, list[Recorded]], None]


@dataclass(frozen=True, slots=True)
class Listener:
    """A read model that follows the facts, in the order of each bucket, at least once.

    It writes read models only. What another family is to do goes out as an effect.
    """

    name: str
    facts: tuple[type, ...]
    write: Callable[[Cursor, list[Recorded]], None]


class CatalogueError(ValueError):
    """The program does not fit together."""


class Catalogue:
    """Kinds of process by name, routes by fact, projections and listeners."""

    def __init__(
        self,
        processes: Iterable[ProcessType[Any]],
        routes: Iterable[Route] = (),
        projections: Iterable[Projection] = (),
        listeners: Iterable[Listener] = (),
        upcasters: Upcasters | None = None,
    ) -> None:
        self.processes: dict[str, ProcessType[Any]] = {}
        for process in processes:
            if process.kind in self.processes:
                raise CatalogueError(f"two processes are called {process.kind!r}; rename one")
            self.processes[process.kind] = _speaking_utc(process)
        self.routes: dict[type, list[Route]] = {}
        for route in routes:
            self._check(route)
            self.routes.setdefault(route.fact, []).append(route)
        self.projections = tuple(projections)
        self.listeners = tuple(listeners)
        names = [listener.name for listener in self.listeners]
        if len(set(names)) < len(names):
            raise CatalogueError(f"two listeners have the same name among {sorted(names)}")
        self.upcasters: Upcasters = upcasters or {}

    def process(self, kind: str) -> ProcessType[Any]:
        """The process of that kind. Raises CatalogueError when there is none."""
        try:
            return self.processes[kind]
        except KeyError:
            raise CatalogueError(f"no process is called {kind!r} in this program") from None

    def effects(self) -> frozenset[type]:
        """Every effect that a performer must carry out."""
        return frozenset(effect for each in self.processes.values() for effect in each.effects)

    def _check(self, route: Route) -> None:
        target = self.process(route.kind)
        if route.fact not in target.hears:
            raise CatalogueError(
                f"{route.fact.__qualname__} is routed to {route.kind}, which does not hear it; "
                "add it to its hears or drop the route"
            )
        if not any(route.fact in process.facts for process in self.processes.values()):
            raise CatalogueError(f"{route.fact.__qualname__} is routed, but no process states it")


def _speaking_utc(process: ProcessType[Any]) -> ProcessType[Any]:
    """Write what it decides in UTC before it is folded, so that memory and store agree."""
    decide = process.decide

    def decide_in_utc(state: Any, message: Any, at: Moment) -> Decision | Refusal:
        verdict = decide(state, message, at)
        return verdict if isinstance(verdict, Refusal) else in_utc(verdict)

    return replace(process, decide=decide_in_utc)

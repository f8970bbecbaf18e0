"""Plays companies and single customers under the eyes of the laws.

A company is played in one process, many companies in several: the points at which a worker can be
killed are armed for a whole process.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial

from relevo import wiring
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import Connection, connect
from relevo.engine.memory import settle_memory
from relevo.engine.process import wire_name
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.numbering.queries import history
from relevo.orders.order.messages import OrderAccepted
from relevo.play.database import fresh_database
from relevo.play.judge import judge, yardsticks
from relevo.play.order_form import check_order, rules_of
from relevo.play.runner import Stage
from relevo.play.scenario import Scenario, parse_scenario
from relevo.play.witnessed import Witnessed
from relevo.simulation.company import play_company
from relevo.simulation.draws import company_faults, company_of, drawn, seeds_of
from relevo.simulation.fate import CompanyFate, Fate, kind_of, kinds_of, shown_kind
from relevo.simulation.law import Ended, LawMaker, Unperformed
from relevo.simulation.laws import LAWS, Breach, Watchman
from relevo.simulation.sketch import Sketch, Table
from relevo.simulators.plan import FaultPlan

COMES_TO_REST = "the play comes to rest"
"""What is broken when a play cannot go on: an assertion, a circle, a refusal of the database."""

_SQL = statements("relevo.simulation", "unperformed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """Where plays are played: a server on which databases may be made, and how many workers."""

    server: str
    workers: int = 1


def play_companies(
    companies: Sequence[int], theatre: Theatre, *, jobs: int
) -> Iterator[CompanyFate]:
    """Every company, as each of them ends. No more than ``jobs`` are played at a time."""
    if jobs == 1:
        yield from (play_block(company, theatre) for company in companies)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=spawn, initializer=_settle) as pool:
        try:
            playing = [pool.submit(play_block, company, theatre) for company in companies]
            yield from (each.result() for each in as_completed(playing))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _settle() -> None:
    """In a process of its own: a peer that is down on purpose is no warning."""
    logging.getLogger("relevo").addHandler(logging.NullHandler())
    settle_memory()


def play_block(company: int, theatre: Theatre) -> CompanyFate:
    """All seeds of a company in one world."""
    sketches = [drawn(seed) for seed in seeds_of(company)]
    return play_sketches(sketches, theatre, company=company, faults=company_faults(company))


def play_sketches(
    sketches: Sequence[Sketch],
    theatre: Theatre,
    *,
    company: int = 0,
    faults: Sequence[Table] = (),
    laws: Sequence[LawMaker] = LAWS,
) -> CompanyFate:
    """These customers in one world, and ``faults`` for all of them."""
    scenarios = [parse_scenario(each.text(), check_order) for each in sketches]
    shared = _shared(sketches[0], faults)
    try:
        fates, struck = _perform(sketches, scenarios, shared, theatre, laws)
    except Exception as wrong:  # whatever breaks a play off is what the simulation looks for
        said = f"{type(wrong).__name__}: {' '.join(str(wrong).split())}"
        return CompanyFate(
            company=company, fates=(), drawn=kinds_of(faults), struck=(), broke_off=said
        )
    return CompanyFate(company=company, fates=fates, drawn=kinds_of(faults), struck=struck)


def play_alone(sketch: Sketch, theatre: Theatre) -> Fate:
    """One customer in a world where nobody else lives. A play that breaks off is a breach too."""
    played = play_sketches([sketch], theatre)
    if played.fates:
        return played.fates[0]
    return Fate(
        seed=sketch.seed,
        kinds=tuple(line["kind"] for line in sketch.lines),
        ending="broken off",
        facts=0,
        drawn=kinds_of(sketch.faults),
        struck=(),
        breaches=(Breach(law=COMES_TO_REST, what=played.broke_off, at=sketch.starts),),
    )


def by_himself(seed: int) -> Sketch:
    """A seed with all that strikes his company among his own faults: one file, one play."""
    sketch = drawn(seed)
    return replace(sketch, faults=(*sketch.faults, *company_faults(company_of(seed))))


def _shared(first: Sketch, faults: Sequence[Table]) -> tuple[FaultPlan, ...]:
    """The faults of a company, read as every fault is."""
    read = parse_scenario(replace(first, faults=tuple(faults)).text())
    return read.world.faults


def _perform(
    sketches: Sequence[Sketch],
    scenarios: Sequence[Scenario],
    shared: tuple[FaultPlan, ...],
    theatre: Theatre,
    laws: Sequence[LawMaker],
) -> tuple[tuple[Fate, ...], tuple[str, ...]]:
    with fresh_database(theatre.server) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        stage = Stage(dsn=dsn, rules=rules_of(scenarios[0]), workers=theatre.workers)
        with connect(dsn, name="relevo simulate", autocommit=True) as reading:
            guard = _Guard(scenarios, reading, laws)
            played = play_company(scenarios, shared, stage, guard.look)
            fates = tuple(
                guard.fate(place, sketch, seen)
                for place, (sketch, seen) in enumerate(zip(sketches, played.customers, strict=True))
            )
    struck = (each.plan for each in played.struck if each.struck_at is not None)
    return fates, tuple(shown_kind(each.where, each.what, each.at_point) for each in struck)


class _Guard:
    """One watchman for each customer; whose a family is, its first fact says."""

    def __init__(
        self, scenarios: Sequence[Scenario], reading: Connection, laws: Sequence[LawMaker]
    ) -> None:
        self._scenarios = scenarios
        self._reading = reading
        self._watchmen = [Watchman(each, partial(history, reading), laws) for each in scenarios]
        self._places: dict[str, int] = {}  # family -> place
        self._families: dict[int, str] = {}

    def look(self, family: str, new: Sequence[Recorded]) -> None:
        """The new facts of one family."""
        if family not in self._places:
            place = self._place_of(new)
            self._places[family], self._families[place] = place, family
        self._watchmen[self._places[family]].look(new)

    def fate(self, place: int, sketch: Sketch, seen: Witnessed) -> Fate:
        """What became of the customer at this place."""
        verdict = judge(seen, yardsticks(seen.scenario.world.profile))
        unperformed = tuple(self._unperformed(self._families[place], seen))
        watchman = self._watchmen[place]
        watchman.end(Ended(seen=seen, verdict=verdict, unperformed=unperformed))
        facts = {wire_name(each.fact) for each in seen.facts}
        is_closed = "orders.order_closed" in facts
        is_withdrawn = "orders.order_withdrawn" in facts
        left = "withdrawn" if is_withdrawn else "a person has it"
        return Fate(
            seed=sketch.seed,
            kinds=tuple(str(line.kind) for line in seen.scenario.world.lines),
            ending="closed" if is_closed else left,
            facts=watchman.facts,
            drawn=kinds_of(sketch.faults),
            struck=_struck(sketch, seen),
            breaches=tuple(watchman.breaches),
            digest=seen.digest,
        )

    def _place_of(self, new: Sequence[Recorded]) -> int:
        emails = [each.fact.customer.email for each in new if isinstance(each.fact, OrderAccepted)]
        known = [each.world.customer.email for each in self._scenarios]
        return known.index(emails[0])

    def _unperformed(self, family: str, seen: Witnessed) -> Iterator[Unperformed]:
        of = {"family": family, "at": seen.ended_at}
        for name in ("waiting", "parked"):
            for process_id, effect, reason in self._reading.execute(_SQL[name], of).fetchall():
                yield Unperformed(
                    process_id=process_id, name=effect, reason=reason, is_parked=name == "parked"
                )


def _struck(sketch: Sketch, seen: Witnessed) -> tuple[str, ...]:
    """Those of his own faults that struck; the play lists them in the order of the file."""
    return tuple(
        kind_of(fault)
        for fault, struck in zip(sketch.faults, seen.struck, strict=False)
        if struck.struck_at is not None
    )

"""``relevo bench seed``: a large database, made from a few real orders.

A handful of customers is played to the end, or to the present, each in a database of his own, by
the real engine against the simulators over their wire; then their families are cloned
(``bench/cloning.py``). Finished orders are spread over eleven weeks, open ones stand as they would
at one moment, ``PRESENT``: their timers lie ahead of it, and a message takes them on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from relevo import wiring
from relevo.adapters.postgres.migrate import migrate
from relevo.bench.cloning import Template, clone, read_template
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import connect
from relevo.engine.sql import statements
from relevo.play.database import fresh_database
from relevo.play.order_form import check_order, rules_of
from relevo.play.runner import Stage, play
from relevo.play.scenario import Scenario, parse_scenario
from relevo.simulators.plan import FaultPlan
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment, Span

PRESENT = datetime(2019, 1, 28, 12, 0, tzinfo=UTC)
"""The moment at which a seeded database stands. Its clock is to start here."""

WEEKS_BACK = 11
"""Weeks over which the ends of finished orders lie; all in one winter, so that no clock changes."""

_BEFORE = timedelta(days=15, minutes=1)  # from a finished order to the present
_ENDS_AFTER = timedelta(days=14)
_CLONING = statements("relevo.bench", "cloning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of order: which lines, what goes wrong, and how old it is (None: finished)."""

    name: str
    lines: tuple[str, ...]
    share: int  # of all that are finished, or of all that are open
    age: Span | None = None
    faults: tuple[FaultPlan, ...] = ()


BUNDLE = ("F", "M1", "M2")
KINDS = (
    Kind(name="a mobile line, moved", lines=("M1",), share=7),
    Kind(name="a bundle, moved", lines=BUNDLE, share=2),
    Kind(
        name="a line that was cut too early",
        lines=("M1",),
        share=1,
        faults=(FaultPlan(where="donor", what="cut_early", line="M1", by=timedelta(hours=3)),),
    ),
    Kind(name="a mobile line, asked for", lines=("M1",), share=7, age=timedelta(days=1)),
    Kind(name="a bundle, asked for", lines=BUNDLE, share=1, age=timedelta(days=1)),
    Kind(name="a mobile line, its card on the way", lines=("M1",), share=2, age=timedelta(days=2)),
)
"""The mix of a seed. Most customers move one number, as in the country's own statistics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What was written, and how long it took. Playing the templates is not counted in."""

    orders: int
    open_orders: int
    rows: dict[str, int]
    play_s: float
    clone_s: float

    @property
    def rows_in_all(self) -> int:
        return sum(self.rows.values())

    @property
    def rows_per_s(self) -> float:
        return self.rows_in_all / self.clone_s


def seed(
    dsn: str,
    orders: int,
    *,
    open_orders: int = 0,
    history_every: int = 1,
    kinds: Sequence[Kind] = KINDS,
    say: Callable[[str], None] = lambda _: None,
) -> Seeded:
    """Add orders to a migrated database, ``open_orders`` of them still under way at ``PRESENT``.

    Of those that are finished, one in ``history_every`` has its journal; the others have what the
    read models and the processes hold, as if their history were archived: a fifth of the bytes.
    The databases of the plays are made beside it, on the same server. Called again, it adds more.
    """
    began = elapsed_seconds()
    finished = [kind for kind in kinds if kind.age is None]
    under_way = [kind for kind in kinds if kind.age is not None]
    wanted = [*(finished if orders > open_orders else ()), *(under_way if open_orders else ())]
    played = {}
    for kind in wanted:
        say(f"playing: {kind.name}")
        played[kind.name] = played_out(dsn, kind)
    played_by = elapsed_seconds()
    templates, plan = _plan(played, finished, under_way, orders=orders, open_orders=open_orders)
    templates, plan = _mostly_without_history(
        templates, plan, finished=orders - open_orders, every=history_every
    )
    with connect(dsn, name="relevo seed") as connection:
        row = connection.execute(_CLONING["next_number"]).fetchone()
        first = int(row[0]) if row else 0
    say(f"cloning {orders} orders")
    done = clone(dsn, templates, plan, first)
    return Seeded(
        orders=orders,
        open_orders=open_orders,
        rows=dict(done),
        play_s=played_by - began,
        clone_s=elapsed_seconds() - played_by,
    )


def played_out(server: str, kind: Kind) -> Template:
    """Play one customer in a database of his own; his family, as it lies there at the end."""
    scenario = scenario_of(kind)
    with fresh_database(server) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        seen = play(scenario, Stage(dsn=dsn, rules=rules_of(scenario)), _Nobody())
        if seen.parked:
            raise RuntimeError(f"{kind.name}: the play parked {'; '.join(seen.parked)}")
        if kind.age is None and not seen.lacking_at_close:
            raise RuntimeError(f"{kind.name}: the order did not end in fourteen days")
        with connect(dsn, name="relevo seed") as connection:
            return read_template(connection, seen.facts[0].process_id.partition("/")[0])


def scenario_of(kind: Kind) -> Scenario:
    """The customer of the true story with these lines."""
    whole = parse_scenario(_customer(), check_order)
    world = whole.world
    starts = PRESENT - (_BEFORE if kind.age is None else kind.age)
    lines = tuple(
        line if line.depends_on in kind.lines else replace(line, depends_on=None)
        for line in world.lines
        if line.id in kind.lines
    )
    return replace(
        whole,
        title=kind.name,
        world=replace(world, starts=starts, lines=lines, faults=kind.faults),
        order=replace(whole.order, lines=kind.lines),
        ends_at=starts + _ENDS_AFTER if kind.age is None else PRESENT,
    )


def _plan(
    played: dict[str, Template],
    finished: Sequence[Kind],
    under_way: Sequence[Kind],
    *,
    orders: int,
    open_orders: int,
) -> tuple[list[Template], list[int]]:
    """The templates, and which of them each order is made from, by the shares of the kinds."""
    templates: list[Template] = []
    plan: list[int] = []
    for count, kinds, weeks in (
        (orders - open_orders, finished, WEEKS_BACK),
        (open_orders, under_way, 1),
    ):
        if not count:
            continue
        begin = len(templates)
        mix = [place for place, kind in enumerate(kinds) for _ in range(kind.share)]
        for kind in kinds:
            templates += [played[kind.name].moved(-week) for week in range(weeks)]
        plan += [begin + mix[n % len(mix)] * weeks + n // len(mix) % weeks for n in range(count)]
    return templates, plan


def _mostly_without_history(
    templates: list[Template], plan: list[int], *, finished: int, every: int
) -> tuple[list[Template], list[int]]:
    """The finished stand first in a plan; all but one in ``every`` lose their history."""
    if every == 1:
        return templates, plan
    bare = [each.without("journal", "handled") for each in templates]
    return templates + bare, [
        template + (len(templates) if n < finished and n % every else 0)
        for n, template in enumerate(plan)
    ]


def _customer() -> str:
    return files("relevo.bench").joinpath("customer.toml").read_text(encoding="utf-8")


class _Nobody:
    """Nobody looks on."""

    def step(self, step: Step) -> None:
        """Nothing to do."""

    def moved(self, now: Moment, share: float) -> None:
        """Nothing to do."""

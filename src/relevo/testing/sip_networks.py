"""Several networks on loopback, each a Kamailio of its own, that call each other's numbers.

A network has its own copy of who has which number, which may be stale, the numbers that it serves,
and the way to the others; ``Routes`` of all of them are SQLite files that are read with every call.
Each is a process of its own, so that one can be killed or frozen while the others go on. Our own
does not have a list of what it serves: it asks the file of the subscriber register (osmo-hlr), so
that a number is found if and only if the register has it.

A story's world tells what is so by ``mirror``: then its lines are called for real.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from relevo.simulators.exchange import Served
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import LineKind
from relevo.simulators.registry import Subscription
from relevo.simulators.world import LineWatched
from relevo.testing.kamailio import Kamailio, kamailio
from relevo.testing.phones_sip import Phones
from relevo.testing.ports import free_port

_TABLES = """
pragma journal_mode = wal;
create table route (number text primary key, operator text not null);
create table served (number text primary key);
create table one (name text);  -- so that every question has a row for its answer
insert into one values ('this network');
create table peer (operator text primary key, address text not null);
"""
_MEMORY_MB = 256  # a thousand calls a second, each remembered for some seconds
_SUBSCRIBER = "insert into subscriber (imsi, msisdn, nam_cs, last_lu_seen) values (?, ?, ?, ?)"


@dataclass(slots=True)
class SipNetwork:
    """One operator's network. It can be ended and started again on the same port."""

    name: str
    folder: Path
    phones: int  # the port of all telephones
    register: Path | None = None  # of our own: the file of the subscriber register
    children: int = 2
    give_up_ms: int = 2000  # after which a network that says nothing is given up
    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        """As ``address:port``."""
        return f"127.0.0.1:{self.port}"

    @property
    def own(self) -> Path:
        """Its own tables."""
        return self.folder / "own.db"

    def prepare(self, peers: Mapping[str, str]) -> None:
        """Make its tables, with the way to the others."""
        self.folder.mkdir(parents=True)
        with closing(sqlite3.connect(self.own)) as tables:
            tables.executescript(_TABLES)
            tables.executemany("insert into peer values (?, ?)", sorted(peers.items()))
            tables.commit()

    @contextmanager
    def running(self) -> Iterator[Kamailio]:
        """Have it answer until the block ends. Raises NotInstalled, NeverCame."""
        config = files("relevo.testing").joinpath("sip_network.cfg").read_text(encoding="ascii")
        if self.register is not None:
            config = config.replace("#!KAMAILIO", "#!KAMAILIO\n#!define HLR", 1)
        words = {
            "NAME": self.name,
            "PORT": str(self.port),
            "CHILDREN": str(self.children),
            "OWN": str(self.own),
            "HLR": str(self.register),
            "PHONES": str(self.phones),
            "GIVE_UP_MS": str(self.give_up_ms),
        }
        for word, value in words.items():
            config = config.replace(f"@{word}@", value)
        with kamailio(config, self.folder, port=self.port, memory_mb=_MEMORY_MB) as process:
            yield process

    def believe(self, operators: Mapping[str, str]) -> None:
        """Its copy: who has which number, from the next call on."""
        self._write(
            "insert into route values (?, ?) "
            "on conflict (number) do update set operator = excluded.operator",
            sorted(operators.items()),
        )

    def forget(self, numbers: Sequence[str]) -> None:
        """These are not in its copy any more."""
        self._write("delete from route where number = ?", [(each,) for each in numbers])

    def serve(self, numbers: Sequence[str]) -> None:
        """Serve these numbers."""
        self._write("insert or ignore into served values (?)", [(each,) for each in numbers])

    def cease(self, numbers: Sequence[str]) -> None:
        """Serve these numbers no more."""
        self._write("delete from served where number = ?", [(each,) for each in numbers])

    def _write(self, statement: str, rows: Sequence[tuple[str, ...]]) -> None:
        with closing(sqlite3.connect(self.own, timeout=30)) as tables:
            tables.executemany(statement, rows)
            tables.commit()


@dataclass(frozen=True, slots=True)
class _Held:
    """A row of the register, as far as calls are concerned."""

    is_served: bool
    has_phone: bool


def _held(served: Served, subscription: Subscription | None) -> _Held | None:
    if subscription is None:
        return None
    has_phone = subscription.is_registered or served.plan.kind is not LineKind.MOBILE
    return _Held(subscription.is_active, has_phone and subscription.can("calls_in"))


@dataclass(slots=True)
class SipNetworks:
    """All networks that run, and the telephones."""

    us: str
    networks: Mapping[str, SipNetwork]
    processes: dict[str, Kamailio]
    phones: Phones
    _stack: ExitStack
    register: LineWatched | None = None  # who holds our register; else its file is written
    _mirrored: dict[str, object] = field(default_factory=dict)

    @property
    def proxies(self) -> dict[str, str]:
        """Where calls from each network begin, as the settings of the prober have it."""
        return {name: each.address for name, each in self.networks.items()}

    def route(self, number: str, operator: str, *, at: Sequence[str] = ()) -> None:
        """These networks (all, where none is named) believe that the operator has the number."""
        for name in at or self.networks:
            self.networks[name].believe({number: operator})

    def restart(self, name: str) -> None:
        """Start a network that was killed, on its port and with what it knew."""
        self.processes[name] = self._stack.enter_context(self.networks[name].running())

    def mirror(self, served: Served, subscription: Subscription | None) -> None:
        """What a story's exchange has of a line: routes of each network, the donor's list, and
        what our register holds. ``simulators.world.watch_lines`` calls this."""
        number = served.plan.number
        if number is None:
            return
        told = (dict(served.routes), served.is_at_donor, served.donor, _held(served, subscription))
        if self._mirrored.get(number) == told:
            return
        self._mirrored[number] = told
        for origin, operator in served.routes.items():
            self.networks[origin].believe({number: operator})
        for name, network in self.networks.items():
            is_there = served.is_at_donor and name == served.donor
            (network.serve if is_there else network.cease)([number])
        if self.register is not None:
            self.register(served, subscription)
        else:
            self._hold(number, told[-1])

    def _hold(self, number: str, held: _Held | None) -> None:
        register = self.networks[self.us].register
        if register is None:
            return
        msisdn = number.removeprefix("+")
        with closing(sqlite3.connect(register, timeout=30)) as subscribers:
            subscribers.execute("delete from subscriber where msisdn = ?", (msisdn,))
            if held is not None:
                imsi = f"21499{msisdn[-10:]}"
                row = (imsi, msisdn, held.is_served, "2019-01-14" if held.has_phone else None)
                subscribers.execute(_SUBSCRIBER, row)
            subscribers.commit()


@contextmanager
def sip_networks(
    folder: Path,
    *,
    us: str,
    register: Path | None,
    names: Sequence[str] = ORIGINS,
    children: int = 2,
) -> Iterator[SipNetworks]:
    """Have all these networks run until the block ends; ``register`` is the HLR's file.

    Raises NotInstalled where Kamailio is not there.
    """
    with ExitStack() as stack:
        phones = stack.enter_context(Phones.ringing())
        networks = {
            name: SipNetwork(
                name,
                folder / name,
                phones.port,
                register=register if name == us else None,
                children=children,
            )
            for name in names
        }
        addresses = {name: each.address for name, each in networks.items()}
        for each in networks.values():
            each.prepare(addresses)
        for tables in (*(each.own for each in networks.values()), *filter(None, [register])):
            stack.enter_context(_held_open(tables))
        processes = {name: stack.enter_context(net.running()) for name, net in networks.items()}
        yield SipNetworks(us, networks, processes, phones, stack)


@contextmanager
def _held_open(tables: Path) -> Iterator[None]:
    """Whoever opens such a file first, or leaves it last, has it for himself for a moment. Kamailio
    does not wait for that: calls of this moment would hear 503."""
    with closing(sqlite3.connect(tables)) as connection:
        connection.execute("select count(*) from sqlite_master").fetchone()
        yield

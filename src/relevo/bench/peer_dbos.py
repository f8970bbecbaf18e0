"""The same port on DBOS, on the same PostgreSQL server: what a general engine makes of it.

One workflow is one line, written as DBOS's own documentation would have it: plain code, a step for
each thing that is done outside, ``recv`` for each thing that is waited for. It does what the
benchmark's day does between the customer's wish and the proof that the line works:

    draft · send the request · wait for the donor's word · wait for the window · ask the hub whether
    it is ported · put the subscription · wait until it is served · wait until it is registered ·
    read the registry's record · wait for the probe · close

That is six steps and five awaited messages with a deadline each: sixteen records of durable
operations (``records_per_port``) beside the workflow's own and the five messages put in. The day of
relevo handles some twenty messages a port: five from outside, the answers to its effects, timers,
and what its processes tell one another.

What favours DBOS here: no rules, calendars, codes or validation are run (relevo's deciders are the
real ones); there is no custody ledger, no list of ports, lines and cards, no second process to be
told and none to be asked; nothing is timed, since its clock cannot be moved (the window "opens" by
a message). What favours relevo: it takes messages in batches, and DBOS commits each step, which
is a difference of design and is what is measured. A waiting workflow of DBOS occupies memory of
its worker, a waiting process of relevo is a row; that is not measured here.

Configuration, the best of those that were tried: two worker processes (as relevo's), workflows as
coroutines so that waiting takes no thread, ``LISTEN/NOTIFY`` so that no poll stands in the way, all
messages put in at once (``send_bulk``) so that no workflow waits long, and a pool of connections
for each worker. The driver is a process of its own and its CPU is not counted, for either engine.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing.connection import Connection as Pipe
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from relevo.adapters.postgres.embedded import Server
from relevo.bench.ground import server_cpu_s
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import connect

STEPS = ("draft", "send_request", "query_port", "put_subscription", "read_record", "close")
NEWS = ("confirmed", "window", "served", "registered", "probed")
WORKERS = 2

_SPAWN = multiprocessing.get_context("spawn")
_DEADLINE_S = 3600.0
_SENT_AT_ONCE = 500
_POOL = 16
_DATABASE = "peer_dbos"


class PeerMissing(RuntimeError):
    """DBOS is not installed; the text says how it is."""


class PeerFailed(AssertionError):
    """Not every port came to its end; the figures would be worth nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerResult:
    """What DBOS needed. CPU is that of its workers and of PostgreSQL, without the driver's."""

    dbos: str
    ports: int
    seconds: float
    ports_per_s: float
    cpu_ms_per_port: float
    cpu_python_ms_per_port: float
    cpu_postgres_ms_per_port: float
    records_per_port: float  # of steps, awaited messages and their deadlines


def peer(server: Server, ports: int, *, workers: int = WORKERS) -> PeerResult:
    """Move ``ports`` ports with DBOS in a database of its own. Raises PeerMissing."""
    if find_spec("dbos") is None:
        raise PeerMissing("DBOS is not installed; run `uv sync --group bench` and try again")
    server.drop_database(_DATABASE)
    url = sqlalchemy_url(server.create_database(_DATABASE))
    with (
        connect(server.dsn, name="relevo bench", autocommit=True) as admin,
        _crew(url, workers) as crew,
    ):
        postgres_before, python_before = server_cpu_s(admin), _cpu_s(crew)
        began = elapsed_seconds()
        for place, pipe in enumerate(crew):
            pipe.send(range(place, ports, workers))
        _all_started(crew)
        _send_news(url, ports)
        ended = sum(int(_answer(pipe)) for pipe in crew)
        took = elapsed_seconds() - began
        python_s, postgres_s = _cpu_s(crew) - python_before, server_cpu_s(admin) - postgres_before
        records = _records(server.dsn_of(_DATABASE))
    if ended != ports:
        raise PeerFailed(f"{ended} of {ports} ports came to their end on DBOS")
    server.drop_database(_DATABASE)
    return PeerResult(
        dbos=version("dbos"),
        ports=ports,
        seconds=took,
        ports_per_s=ports / took,
        cpu_ms_per_port=(python_s + postgres_s) / ports * 1000,
        cpu_python_ms_per_port=python_s / ports * 1000,
        cpu_postgres_ms_per_port=postgres_s / ports * 1000,
        records_per_port=records / ports,
    )


def sqlalchemy_url(dsn: str) -> str:
    """A connection string of ours as SQLAlchemy, and hence DBOS, wants it."""
    parts = conninfo_to_dict(dsn)
    return f"postgresql+psycopg://{parts['user']}@/{parts['dbname']}?host={parts['host']}"


def _records(dsn: str) -> int:
    with connect(dsn, name="relevo bench") as connection:
        row = connection.execute("select count(*) from dbos.operation_outputs").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _crew(url: str, workers: int) -> Iterator[Sequence[Pipe]]:
    """Worker processes that have launched DBOS and wait for their ports."""
    pipes, processes = [], []
    try:
        for place in range(workers):
            ours, theirs = _SPAWN.Pipe()
            process = _SPAWN.Process(target=_work, args=(url, f"w{place}", theirs), daemon=True)
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
            _answer(ours)  # one after the other: the first one makes the tables
        yield pipes
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join()


def _all_started(crew: Sequence[Pipe]) -> None:
    for pipe in crew:
        _answer(pipe)


def _cpu_s(crew: Sequence[Pipe]) -> float:
    for pipe in crew:
        pipe.send("cpu")
    return sum(float(_answer(pipe)) for pipe in crew)


def _answer(pipe: Pipe) -> Any:
    if not pipe.poll(_DEADLINE_S):
        raise PeerFailed("a worker of DBOS has not answered for an hour")
    try:
        return pipe.recv()
    except EOFError:
        raise PeerFailed("a worker of DBOS has died; its error stands above") from None


def _send_news(url: str, ports: int) -> None:
    """All that the outside says, in the order in which it is waited for."""
    from dbos import DBOSClient, SendMessage  # noqa: PLC0415 - only when it is measured

    client = DBOSClient(system_database_url=url)
    try:
        for topic in NEWS:
            for begin in range(0, ports, _SENT_AT_ONCE):
                client.send_bulk(
                    [
                        SendMessage(destination_id=_name(n), message={"at": n}, topic=topic)
                        for n in range(begin, min(begin + _SENT_AT_ONCE, ports))
                    ]
                )
    finally:
        client.destroy()


def _name(number: int) -> str:
    return f"port-{number}"


def _work(url: str, executor: str, pipe: Pipe) -> None:
    """The life of a worker process."""
    from dbos import DBOS  # noqa: PLC0415 - only when it is measured

    DBOS(
        config={
            "name": "peer",
            "system_database_url": url,
            "executor_id": executor,
            "application_version": "1",
            "sys_db_pool_size": _POOL,
            "log_level": "WARNING",
            "enable_otlp": False,
            "use_listen_notify": True,
        }
    )
    port = _workflow(DBOS)
    DBOS.launch()
    try:
        pipe.send("ready")
        asyncio.run(_serve(port, pipe))
    finally:
        DBOS.destroy()


async def _serve(port: Any, pipe: Pipe) -> None:
    while True:
        try:
            wanted = await asyncio.to_thread(pipe.recv)
        except EOFError:  # the driver has what it wants
            return
        if wanted == "cpu":
            used = resource.getrusage(resource.RUSAGE_SELF)
            pipe.send(used.ru_utime + used.ru_stime)
        else:
            await _move(port, wanted, pipe)


async def _move(port: Any, numbers: range, pipe: Pipe) -> None:
    from dbos import DBOS, SetWorkflowID  # noqa: PLC0415 - only when it is measured

    handles = []
    for number in numbers:
        with SetWorkflowID(_name(number)):
            handles.append(await DBOS.start_workflow_async(port, f"+346{number:08d}"))
    pipe.send("started")
    ends = await asyncio.gather(*(handle.get_result() for handle in handles))
    pipe.send(ends.count("live"))


def _workflow(dbos: Any) -> Any:
    """One port, as DBOS would have it written."""

    @dbos.step()  # type: ignore[untyped-decorator]
    async def do(what: str, number: str) -> dict[str, str]:
        return {"number": number, "did": what, "reference": f"00100211{number[-8:]}"}

    @dbos.workflow()  # type: ignore[untyped-decorator]
    async def port(number: str) -> str:
        await do("draft", number)
        await do("send_request", number)
        for news in ("confirmed", "window"):
            if await dbos.recv_async(news, timeout_seconds=_DEADLINE_S) is None:
                return f"no {news}"
        await do("query_port", number)
        await do("put_subscription", number)
        for news in ("served", "registered"):
            if await dbos.recv_async(news, timeout_seconds=_DEADLINE_S) is None:
                return f"no {news}"
        await do("read_record", number)
        if await dbos.recv_async("probed", timeout_seconds=_DEADLINE_S) is None:
            return "no probe"
        await do("close", number)
        return "live"

    return port

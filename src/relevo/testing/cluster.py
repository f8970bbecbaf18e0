"""Database machines for tests: a primary, its standby, a back-up and a restored one.

Each is a server of the distribution's PostgreSQL, durable, in a folder of its own, and reached
through a socket there. What a cluster manager does on a site (promote, forget the dead standby)
the test does by hand.
"""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import psycopg

from relevo.adapters.postgres.debian import server_programs
from relevo.adapters.postgres.server_account import Account, server_account
from relevo.testing.patience import until

_SUPERUSER = "relevo"
_SEGMENT_MB = "1"  # of the write-ahead log: small ones are archived and copied in no time
_ALWAYS = {"listen_addresses": "", "unix_socket_permissions": "0777", "timezone": "UTC"}


@dataclass(frozen=True, slots=True)
class Machine:
    """One server: ``folder/cluster`` is its data, ``folder`` holds its socket."""

    folder: Path
    account: Account
    programs: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    def dsn_of(self, database: str) -> str:
        """The connection string of a database of this server."""
        return f"host={self.folder} user={_SUPERUSER} dbname={database}"

    def start(self, **settings: str) -> None:
        """Start, and wait until it answers."""
        for left in (self.cluster / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)  # they stay behind when the power is lost
        wanted = _ALWAYS | {"unix_socket_directories": str(self.folder)} | settings
        options = " ".join(f"-c {name}='{value}'" for name, value in wanted.items())
        log = self.folder / "server.log"
        self.run("pg_ctl", "start", "-w", "-s", "-l", str(log), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """``fast`` in good order; ``immediate`` without a word to anybody."""
        self.run("pg_ctl", "stop", "-w", "-s", "-m", mode)

    def lose_power(self) -> None:
        """SIGKILL to every process of the server; none of them does anything after another."""
        first = int((self.cluster / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(first, signal.SIGSTOP)  # it must not start new ones meanwhile
        everyone = [first, *_children(first)]
        for pid in everyone:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not any(_is_running(pid) for pid in everyone), f"{self.name} is dead")

    def is_up(self) -> bool:
        """Whether its first process runs."""
        file = self.cluster / "postmaster.pid"
        return file.exists() and _is_running(int(file.read_text(encoding="utf-8").split()[0]))

    def promote(self) -> None:
        """Make a standby the primary."""
        self.run("pg_ctl", "promote", "-w", "-s")

    def ask(self, statement: str, database: str = "postgres") -> tuple[object, ...] | None:
        """The first row of an answer."""
        with psycopg.connect(self.dsn_of(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchone() if cursor.description else None

    def alter(self, name: str, value: str) -> None:
        """Change a setting of the running server."""
        self.ask(f"alter system set {name} = '{value}'")
        self.ask("select pg_reload_conf()")

    def back_up(self, to: Machine, *options: str) -> None:
        """``pg_basebackup`` onto the empty disk of another machine."""
        source = f"host={self.folder} user={_SUPERUSER} application_name={to.name}"
        command = ["-d", source, "-D", str(to.cluster), "-c", "fast", "--no-sync", *options]
        to.account.run([to.programs / "pg_basebackup", *command], folder=to.folder)

    def run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs on this cluster."""
        command: list[str | Path] = [self.programs / program, *words, "-D", self.cluster]
        self.account.run(command, folder=self.folder)


def machine(folder: Path) -> Machine:
    """A machine whose disk is empty yet."""
    account = server_account()
    made = Machine(folder, account, server_programs())
    account.owns(folder)
    folder.chmod(0o755)
    return made


def installed(folder: Path) -> Machine:
    """A machine with an empty, durable cluster; it does not run yet."""
    made = machine(folder)
    settings = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync"]
    settings += ["--data-checksums", "--wal-segsize", _SEGMENT_MB, "-U", _SUPERUSER]
    made.run("initdb", *settings)
    return made


def copied(original: Machine, folder: Path) -> Machine:
    """A machine with the same data as one that is stopped."""
    made = machine(folder)
    made.account.run(["cp", "-a", original.cluster, made.cluster], folder=folder)
    return made


def follow(primary: Machine, standby: Machine) -> None:
    """Make a synchronous standby: from now on nothing is acknowledged without it."""
    primary.back_up(standby, "-R", "-C", "-S", standby.name)
    standby.start()
    primary.alter("synchronous_standby_names", standby.name)
    question = "select sync_state from pg_stat_replication"
    until(lambda: primary.ask(question) == ("sync",), f"{standby.name} follows")


def rewind(primary: Machine, old: Machine) -> None:
    """Make a standby of the server that was the primary before, with a slot of its own.

    The settings that are copied name the slot of the other one.
    """
    old.run("pg_rewind", "--source-server", primary.dsn_of("postgres"), "-R")
    primary.ask(f"select pg_create_physical_replication_slot('{old.name}')")
    with (old.cluster / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"primary_slot_name = '{old.name}'\n")


def switch_off(folder: Path) -> None:
    """Stop whatever runs below ``folder`` and throw it away; for the end of a test."""
    for cluster in folder.glob("*/cluster"):
        left = Machine(cluster.parent, server_account(), server_programs())
        if left.is_up():
            left.lose_power()
    shutil.rmtree(folder, ignore_errors=True)


def _children(parent: int) -> list[int]:
    pids = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]
    return [pid for pid in pids if _status(pid)[1:2] == [str(parent)]]


def _is_running(pid: int) -> bool:
    return _status(pid)[:1] not in ([], ["Z"])


def _status(pid: int) -> list[str]:
    """State, parent and so on, as the system has them; nothing when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return []
    return stat.rpartition(")")[2].split()

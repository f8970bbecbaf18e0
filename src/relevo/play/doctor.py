"""Looks whether a machine has what a play needs, and says what to do where it has not."""

from __future__ import annotations

import platform
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg

from relevo.adapters.postgres.binaries import server_version
from relevo.adapters.postgres.embedded import throwaway
from relevo.engine.connection import OLDEST_SERVER
from relevo.play.database import NoDatabase, given_server
from relevo.profiles.book import load_book

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    found: str
    is_well: bool = True
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Everything, one after the other."""
    for look in (_python, _server, _given_server, _loopback, _zones, _profiles):
        yield from _careful(look)


def _careful(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What an examination did not expect is a finding too."""
    try:
        yield from look()
    except Exception as wrong:
        what = look.__name__.strip("_").replace("_", " ")
        yield Finding(what, f"{type(wrong).__name__}: {wrong}", False, "run ./dev, which sets up")


def _python() -> Iterator[Finding]:
    is_well = sys.version_info[:2] >= OLDEST_PYTHON
    remedy = "" if is_well else "install Python 3.11 or later"
    yield Finding("Python", f"{platform.python_version()} at {sys.executable}", is_well, remedy)


def _server() -> Iterator[Finding]:
    yield Finding("bundled PostgreSQL", server_version())
    try:
        with throwaway() as server, psycopg.connect(server.dsn) as connection:
            row = connection.execute("show server_version").fetchone()
            notes = "; ".join(server.notes)
    except (RuntimeError, OSError, psycopg.Error) as wrong:
        remedy = "free some disk space and memory, or set DATABASE_URL to a PostgreSQL 15 or later"
        yield Finding("it starts", str(wrong).strip(), False, remedy)
        return
    yield Finding("it starts", f"yes, version {row[0] if row else '?'}", remedy=notes)


def _given_server() -> Iterator[Finding]:
    try:
        dsn = given_server()
    except NoDatabase as wrong:
        what, _, remedy = str(wrong).partition("; ")
        yield Finding("DATABASE_URL", what.removeprefix("DATABASE_URL "), False, remedy)
        return
    if not dsn:
        yield Finding("DATABASE_URL", "not set: the bundled PostgreSQL is used")
        return
    try:
        with psycopg.connect(dsn, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
            row = connection.execute(
                "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
            ).fetchone()
    except psycopg.Error as wrong:
        remedy = "start that server, or correct DATABASE_URL, or unset it"
        yield Finding("DATABASE_URL", " ".join(str(wrong).split()), False, remedy)
        return
    is_new = version >= OLDEST_SERVER
    remedy = "" if is_new else f"use PostgreSQL {OLDEST_SERVER} or later"
    yield Finding("DATABASE_URL", f"answers, version {version}", is_new, remedy)
    if not (row and row[0]):
        remedy = "give the account CREATEDB; plays make a database and drop it"
        yield Finding("its account", "may not create databases", False, remedy)


def _loopback() -> Iterator[Finding]:
    try:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
    except OSError as wrong:
        remedy = "allow programs to listen on 127.0.0.1: the simulators are real servers"
        yield Finding("loopback", str(wrong), False, remedy)
        return
    yield Finding("loopback", "free ports on 127.0.0.1")


def _zones() -> Iterator[Finding]:
    try:
        ZoneInfo("Europe/Madrid")
    except ZoneInfoNotFoundError as wrong:
        yield Finding("time zones", str(wrong), False, "install the package tzdata")
        return
    yield Finding("time zones", "present")


def _profiles() -> Iterator[Finding]:
    countries = load_book().countries
    is_well = bool(countries)
    remedy = "" if is_well else "install the package again: its entry points are missing"
    yield Finding("country profiles", ", ".join(countries) or "none", is_well, remedy)

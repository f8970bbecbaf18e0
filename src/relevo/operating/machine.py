"""Looks whether a machine has what the program needs, and says what to do where it has not."""

from __future__ import annotations

import platform
import socket
import sys
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg

from relevo.adapters.postgres.binaries import server_version
from relevo.adapters.postgres.embedded import throwaway
from relevo.operating.finding import Finding, Level
from relevo.profiles.book import load_book

OLDEST_PYTHON = (3, 11)


def examine_machine() -> Iterator[Finding]:
    """Everything, one after the other."""
    for look in (_python, _server, _loopback, _zones, _profiles):
        yield from _careful(look)


def _careful(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What an examination did not expect is a finding too."""
    try:
        yield from look()
    except Exception as wrong:
        what = look.__name__.strip("_").replace("_", " ")
        found = f"{type(wrong).__name__}: {wrong}"
        yield Finding(what=what, found=found, level=Level.UNSEEN, remedy="run ./dev, which sets up")


def _python() -> Iterator[Finding]:
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Finding(what="Python", found=found)
        return
    remedy = "install Python 3.11 or later"
    yield Finding(what="Python", found=found, level=Level.UNSEEN, remedy=remedy)


def _server() -> Iterator[Finding]:
    yield Finding(what="bundled PostgreSQL", found=server_version())
    try:
        with throwaway() as server, psycopg.connect(server.dsn) as connection:
            row = connection.execute("show server_version").fetchone()
            notes = "; ".join(server.notes)
    except (RuntimeError, OSError, psycopg.Error) as wrong:
        remedy = "free some disk space and memory, or set DATABASE_URL to a PostgreSQL 15 or later"
        found = str(wrong).strip()
        yield Finding(what="it starts", found=found, level=Level.UNSEEN, remedy=remedy)
        return
    yield Finding(what="it starts", found=f"yes, version {row[0] if row else '?'}", remedy=notes)


def _loopback() -> Iterator[Finding]:
    try:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
    except OSError as wrong:
        remedy = "allow programs to listen on 127.0.0.1: the simulators are real servers"
        yield Finding(what="loopback", found=str(wrong), level=Level.UNSEEN, remedy=remedy)
        return
    yield Finding(what="loopback", found="free ports on 127.0.0.1")


def _zones() -> Iterator[Finding]:
    try:
        ZoneInfo("Europe/Madrid")
    except ZoneInfoNotFoundError as wrong:
        remedy = "install the package tzdata"
        yield Finding(what="time zones", found=str(wrong), level=Level.UNSEEN, remedy=remedy)
        return
    yield Finding(what="time zones", found="present")


def _profiles() -> Iterator[Finding]:
    countries = load_book().countries
    if countries:
        yield Finding(what="country profiles", found=", ".join(countries))
        return
    remedy = "install the package again: its entry points are missing"
    yield Finding(what="country profiles", found="none", level=Level.UNSEEN, remedy=remedy)

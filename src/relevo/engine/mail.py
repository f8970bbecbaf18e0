"""The rows that travel through the engine, as values."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message on its way to a process."""

    message_id: str
    process_id: str
    bucket: int
    kind: str
    name: str
    body: str
    at: Moment
    wave: int
    seq: int = 0  # given by the mailbox
    external: bool = False  # only what comes from outside can come twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An effect on its way out."""

    effect_id: str
    process_id: str
    bucket: int
    kind: str
    name: str
    body: str
    at: Moment
    wave: int
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """A fact as it goes into the journal, less its number in the bucket."""

    process_id: str
    bucket: int
    version: int
    kind: str
    kind_version: int
    at: Moment
    name: str
    body: str
    caused_by: str

"""Words to JSON and back, by the name under which they are stored for ever.

A stored word is its wire name beside its JSON. All instants are written in UTC: the same history
gives the same bytes wherever the program runs. ``in_utc`` is applied to what a decider returns
*before* the facts are folded, so that a state in memory equals the same state read back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from relevo.engine.process import WORDS, Heard, wire_name


class UnknownWord(ValueError):
    """A stored name that this program does not know: old code meets new words, or a slip."""


class BadWord(ValueError):
    """A stored body that does not fit its word."""


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the body of a word as an older version of its process wrote it into today's."""

Upcasters = Mapping[tuple[str, int], Upcaster]
"""By wire name and by the version of the process that wrote it; applied up to today's."""

_ENCODER = msgspec.json.Encoder(order="deterministic")
_PLAIN = (str, int, float, bool, bytes, type(None))


def encode(word: object) -> str:
    """The JSON of a word (its name is stored beside it)."""
    return encode_normal(in_utc(word))


def encode_normal(word: object) -> str:
    """The JSON of a word whose instants are known to be in UTC."""
    if type(word) is Heard:
        nested = {"word": wire_name(word.fact), "body": word.fact}
        return _ENCODER.encode({"source": word.source, "fact": nested}).decode()
    return _ENCODER.encode(word).decode()


def decode(name: str, body: str | bytes) -> Any:
    """The word that was stored under ``name``.

    Raises UnknownWord or BadWord, with the name in the message.
    """
    known = WORDS.get(name)
    if known is None:
        raise UnknownWord(f"no message, fact, effect or state is called {name!r} in this program")
    try:
        if known.type is Heard:
            raw = msgspec.json.decode(body)
            nested = raw["fact"]
            fact = convert(nested["word"], nested["body"])
            return Heard(source=raw["source"], fact=fact)
        return _decoder(known.type).decode(body)
    except msgspec.MsgspecError as bad:
        raise BadWord(f"{name}: {bad}") from bad


def convert(name: str, builtins: Any) -> Any:
    """The word of that name from plain dictionaries and lists."""
    known = WORDS.get(name)
    if known is None:
        raise UnknownWord(f"no message, fact, effect or state is called {name!r} in this program")
    return msgspec.convert(builtins, known.type)


def decode_old(
    name: str, body: str | bytes, *, written: int, today: int, upcasters: Upcasters
) -> Any:
    """Like ``decode``, for a word that version ``written`` of its process wrote."""
    steps = [upcasters[name, v] for v in range(written, today) if (name, v) in upcasters]
    if not steps:
        return decode(name, body)
    raw = msgspec.json.decode(body)
    for step in steps:
        raw = step(raw)
    try:
        return convert(name, raw)
    except msgspec.MsgspecError as bad:
        raise BadWord(f"{name}: {bad}") from bad


@cache
def _decoder(cls: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cls)


def in_utc(value: Any) -> Any:
    """The same value with every instant written in UTC; the very same where nothing changes."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, datetime):
        return value if value.tzinfo is UTC else _to_utc(value)
    if isinstance(value, tuple):
        return _tuple_in_utc(value)
    if isinstance(value, dict):
        return {key: in_utc(inner) for key, inner in value.items()}
    changed: dict[str, Any] | None = None
    cls: type = type(value)
    for name in _fields_with_instants(cls):
        inner = getattr(value, name)
        if inner is None or (type(inner) is datetime and inner.tzinfo is UTC):
            continue
        normal = in_utc(inner)
        if normal is not inner:
            changed = changed or {}
            changed[name] = normal
    return dataclasses.replace(value, **changed) if changed else value


def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise BadWord(f"{moment} has no time zone; every instant needs one")
    return moment.astimezone(UTC)


def _tuple_in_utc(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for place, inner in enumerate(values):
        normal = in_utc(inner)
        if normal is not inner:
            rest = (in_utc(each) for each in values[place + 1 :])
            return (*values[:place], normal, *rest)
    return values


@cache
def _fields_with_instants(cls: type) -> tuple[str, ...]:
    """The fields of a data class in which an instant may hide, as its annotations say."""
    if not dataclasses.is_dataclass(cls):
        return ()
    hints = get_type_hints(cls)
    names = (each.name for each in dataclasses.fields(cls))
    return tuple(name for name in names if _may_hold_instants(hints[name], frozenset({cls})))


def _may_hold_instants(hint: Any, within: frozenset[Any]) -> bool:
    """``within``: the classes that are being looked through already; they add nothing new."""
    if hint in within:
        return False
    if inner := get_args(hint):
        return any(_may_hold_instants(each, within) for each in inner if each is not Ellipsis)
    if not isinstance(hint, type):
        return not isinstance(hint, str | Enum)  # a literal holds none; Any and variables may
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return any(_may_hold_instants(each, within | {hint}) for each in hints.values())
    return not issubclass(hint, (*_PLAIN, Enum, Decimal, timedelta)) and (
        issubclass(hint, datetime) or not issubclass(hint, date)
    )

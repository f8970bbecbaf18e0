"""Samples of words: any message or fact, filled by the types and the names of its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from relevo.engine.process import Heard
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DONOR,
    ORDER,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
    window,
)

T = TypeVar("T")

LINE = "M2"

BY_NAME: dict[str, Any] = {
    "line": LINE,
    "lines": (LINE,),
    "because_line": LINE,
    "number": SECOND_NUMBER,
    "subject": SECOND_NUMBER,
    "iccid": CARD,
    "donor": DONOR,
    "serving": DONOR,
    "recipient": RECIPIENT,
    "rules": RULES,
    "order": ORDER,
}
"""What a field of that name holds; any other one gets a value of its type."""


def heard(source: str, fact: Any) -> Heard:
    """A fact of another process of the order, for example of ``port/M2/1``."""
    return Heard(source=f"{ORDER}/{source}" if source else ORDER, fact=fact)


def sample(word: Callable[..., T], **given: Any) -> T:
    """A word of that type; ``given`` are the fields that matter."""
    hints = _hints(word)
    filled = {
        field.name: given[field.name] if field.name in given else _named(field.name, hints)
        for field in dataclasses.fields(word)  # type: ignore[arg-type]  # a word is a data class
    }
    return word(**filled)


def _named(name: str, hints: dict[str, Any]) -> Any:
    hint = hints[name]
    is_number_or_value = hint is int or dataclasses.is_dataclass(hint)
    if name not in BY_NAME or is_number_or_value:
        return _typed(hint)
    value = BY_NAME[name]
    if get_origin(hint) is tuple:
        is_fitting = isinstance(value, tuple) and get_args(hint)[0] is str
    else:
        is_fitting = not isinstance(value, tuple)
    return value if is_fitting else _typed(hint)


def _typed(hint: Any) -> Any:
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        return _typed(next(each for each in get_args(hint) if each is not NoneType))
    if origin is tuple:
        return (_typed(get_args(hint)[0]),)
    if origin is dict:
        return {LINE: _typed(get_args(hint)[1])}
    if hint is datetime:
        return AT
    if hint is date:
        return AT.date()
    supertype = getattr(hint, "__supertype__", None)  # a NewType, for example Msisdn
    if supertype is not None:
        return {"Msisdn": SECOND_NUMBER, "Iccid": CARD}.get(hint.__name__, supertype())
    if issubclass(hint, Enum):
        return next(iter(hint))
    if hint is type(window()):
        return window()
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return sample(hint)
    return {str: "word", int: 1, bool: True}[hint]


@cache
def _hints(word: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(word)

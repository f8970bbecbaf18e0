"""What each role sees of a person: a table (``masking.toml``), and how a masked value looks.

Pages show a person's data through this and not otherwise. It is for the eyes of whoever may open
the file at all; whose file that is, the wall in the database says.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum, StrEnum
from functools import cache
from importlib.resources import files

from relevo.brands.reading import Session

_DOT = "•"
_CUSTOMER = "customer"


class Personal(StrEnum):
    """What is known of a person, and not for everybody."""

    NAME = "name"
    DOCUMENT = "document"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    ICCID = "iccid"


class Shows(IntEnum):
    """How much of a value is shown."""

    NONE = 0
    PART = 1
    ALL = 2


def shown(value: object, what: Personal | str, session: Session | None) -> str:
    """The value as this reader sees it. A stranger, or an unknown role, sees dots."""
    text = "" if value is None else str(value)
    match sight(Personal(what), roles_of(session)):
        case Shows.ALL:
            return text
        case Shows.PART:
            return partly(text, Personal(what))
        case Shows.NONE:
            return _DOT * 3 if text else ""


def partly(text: str, what: Personal) -> str:
    """Enough of it to know it again for who knows it."""
    return _PARTS[what](text) if text else ""


def sight(what: Personal, roles: Iterable[str]) -> Shows:
    """How much somebody with these roles sees."""
    table = _table()
    return max((table[role][what] for role in roles if role in table), default=Shows.NONE)


def roles_of(session: Session | None) -> frozenset[str]:
    """The roles that count for masking; a customer has one of his own."""
    if session is None:
        return frozenset()
    return frozenset({_CUSTOMER}) if session.customer else session.roles


def _first(text: str) -> str:
    """R••••• A••••: the first letter of each word."""
    return " ".join(word[:1] + _DOT * 3 for word in text.split())


def _ends(text: str) -> str:
    """B9•••20: the beginning and the end, never more than half of it."""
    keep = min(2, len(text) // 4)
    return text[:keep] + _DOT * 3 + text[len(text) - keep :] if keep else _DOT * 3


def _last(text: str) -> str:
    """•••102: the last three signs, of a number that is long enough."""
    return _DOT * 3 + (text[-3:] if len(text) > 6 else "")


def _mail(text: str) -> str:
    """r•••@cierzo.example"""
    name, at, domain = text.rpartition("@")
    return name[:1] + _DOT * 3 + at + domain


def _town(text: str) -> str:
    """What stands after the last comma: of a written address, postcode and town."""
    return _DOT * 3 + (text[text.rindex(",") :] if "," in text else "")


_PARTS: Mapping[Personal, Callable[[str], str]] = {
    Personal.NAME: _first,
    Personal.DOCUMENT: _ends,
    Personal.NUMBER: _last,
    Personal.EMAIL: _mail,
    Personal.PHONE: _last,
    Personal.ADDRESS: _town,
    Personal.ICCID: _last,
}


@cache
def _table() -> Mapping[str, Mapping[Personal, Shows]]:
    text = files("relevo.access").joinpath("masking.toml").read_text(encoding="utf-8")
    return {
        role: {what: Shows[line.get(what, "none").upper()] for what in Personal}
        for role, line in tomllib.loads(text).items()
    }

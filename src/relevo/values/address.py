"""Addresses: as written on a label, and folded for comparison."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from relevo.values.malformed import Malformed

_ARTICLE_LAST = re.compile(r"^(.+?)\s*[,(]\s*(el|la|los|las|l'|a|o|as|os|els|les|es|sa)\s*\)?$")
_ARTICLES = frozenset(
    [
        "el",
        "la",
        "los",
        "las",
        "l",
        "a",
        "o",
        "as",
        "os",
        "els",
        "les",
        "es",
        "sa",
        "de",
        "del",
        "d",
    ]
)
_WORDS = re.compile(r"[a-z0-9]+")
_POSTCODE = re.compile(r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}")  # 01..52 are the provinces


class MalformedAddress(Malformed):
    """A part of an address is missing or cannot be."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is delivered."""

    street: str
    postcode: str
    city: str
    province: str

    @property
    def label_lines(self) -> tuple[str, ...]:
        """The lines of a label, below the name."""
        last = () if folded(self.city) == folded(self.province) else (self.province,)
        return (self.street, f"{self.postcode} {self.city}", *last)


def parse_address(*, street: str, postcode: str, city: str, province: str) -> Address:
    """Check that all four parts are there and that the postcode can be one."""
    parts = {"street": street, "postcode": postcode, "city": city, "province": province}
    clean = {name: " ".join(text.split()) for name, text in parts.items()}
    for name, text in clean.items():
        if not text:
            raise MalformedAddress(f"the {name} is empty", f"write the {name}", "empty")
    if not (clean["postcode"].isascii() and _POSTCODE.fullmatch(clean["postcode"])):
        raise MalformedAddress(
            f"{postcode!r} is not a Spanish postcode",
            "write its five digits, for example 50003",
            "not_a_postcode",
        )
    return Address(**clean)


def folded(text: str) -> str:
    """The text without accents, case, articles and signs, so that spellings can be compared.

    "La Coruña", "A Coruña" and "Coruña, A" fold to the same; "L'Hospitalet" and "Hospitalet" too.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    moved = _ARTICLE_LAST.match(plain)
    words = _WORDS.findall(f"{moved[2]} {moved[1]}" if moved else plain)
    return " ".join(word for word in words if word not in _ARTICLES) or " ".join(words)

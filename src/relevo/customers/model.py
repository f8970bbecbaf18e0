"""Who asks: a party as it comes from a form, and what can be wrong with a field of a form."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing that is wrong: where (``line[2].iccid``), why, and what to do about it.

    ``code`` names it for pages, which have the words of each language; ``about`` fills their slots.
    """

    field: str
    why: str
    remedy: str
    code: str = ""
    about: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str | int, ...]:
        """The field as steps: ``("line", 2, "iccid")``."""
        return tuple(int(place) if place else name for name, place in _STEP.findall(self.field))

    @property
    def shown(self) -> str:
        """The whole message."""
        return f"{self.field}: {self.why}; {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft:
    """A customer as text. Nothing of it is checked."""

    name: str = ""
    document_type: str = ""
    document_number: str = ""
    business: bool = False
    language: str = "es"
    email: str = ""
    contact: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    province: str = ""


LANGUAGES = ("es", "en")
"""The languages in which there are texts."""

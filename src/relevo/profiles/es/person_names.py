"""A full name as the hub wants it: first name and one or two surnames."""

from __future__ import annotations

_PARTICLES = frozenset(("de", "del", "la", "las", "los", "y", "e", "i", "da", "do", "dos", "van"))


def split_name(full: str) -> tuple[str, str, str]:
    """First name, first surname, second surname (empty when there is none).

    With three names or more the last two are surnames; particles belong to what follows ("María
    de la Fuente Gil"). The donor validates the document, not the spelling (fact sheet, 3.8), so a
    wrong cut does no harm. "Gil Peña, Ana" is understood too.
    """
    surnames, comma, first = full.partition(",")
    if comma and first.strip():
        parts = _parts(surnames)
        return " ".join(first.split()), " ".join(parts[:1]), " ".join(parts[1:])
    parts = _parts(full)
    if len(parts) < 3:
        return " ".join(parts[:1]), " ".join(parts[1:]), ""
    return " ".join(parts[:-2]), parts[-2], parts[-1]


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    waiting: list[str] = []
    for word in text.split():
        waiting.append(word)
        if word.lower() not in _PARTICLES:
            parts.append(" ".join(waiting))
            waiting = []
    if waiting:
        parts.append(" ".join(waiting))
    return parts

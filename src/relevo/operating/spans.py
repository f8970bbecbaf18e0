"""Spans of time as a person says them."""

from __future__ import annotations

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def spoken(seconds: float) -> str:
    """``3.2 s``, ``5 min``, ``2 h 5 min``, ``3 d 4 h``: no more exact than anybody needs."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    left = round(seconds)
    said = []
    for span, unit in _UNITS:
        count, left = divmod(left, span)
        if count:
            said.append(f"{count} {unit}")
    return " ".join(said[:2])

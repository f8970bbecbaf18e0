"""ISO 8601 durations, as scenario files write them."""

from __future__ import annotations

import re
from datetime import timedelta

from relevo.values.malformed import Malformed
from relevo.values.moment import Span

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(
    rf"P(?!$)(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?!$)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
LONGEST = timedelta(days=3660)  # ten years: an instant that far away can still be counted
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")


class MalformedDuration(Malformed):
    """The text is not a duration."""


def duration(text: str) -> Span:
    """Read ``P14D``, ``PT26H``, ``P1DT30M``. Raises MalformedDuration.

    Years and months are refused: nobody can say how long they are.
    """
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None:
        why = f"{text!r} is not a duration"
        if re.match(r"P[\d.,]*[YM]", text.strip().upper()):
            why = f"{text!r} counts in years or months, whose length is not fixed"
        raise MalformedDuration(
            why, "write days, hours and minutes, for example P14D, PT26H or P1DT30M"
        )
    parts = [float(part.replace(",", ".")) if part else 0.0 for part in found.groups()]
    try:
        length = timedelta(**dict(zip(_UNITS, parts, strict=True)))
    except OverflowError:
        length = timedelta.max
    if length > LONGEST:
        raise MalformedDuration(f"{text!r} is too long", "write at most some weeks")
    return length


def is_duration(text: str) -> bool:
    """Whether somebody meant a duration here and not an instant."""
    return text.strip().upper().startswith("P")

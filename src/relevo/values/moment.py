"""Instants are aware datetimes; nothing in the program knows a naive one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

Moment = datetime
"""An instant, always with a time zone. Stored in UTC, shown in the zone of the profile."""

Span = timedelta
"""A length of time."""


def instant(text: str) -> Moment:
    """Read an ISO 8601 instant with offset, for example ``2019-01-14T14:06:00+01:00``.

    Raises ValueError when the text is not an instant or has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write for example +01:00 at its end")
    return moment


def utc(moment: Moment) -> Moment:
    """The same instant, written in UTC."""
    return moment.astimezone(UTC)

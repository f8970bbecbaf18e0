"""Lists that peers read from where they stopped, and answers that are given only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Feed:
    """Events with a growing number; a reader asks for what came after the last that he has."""

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []

    def add(self, event: dict[str, Any]) -> None:
        """Publish an event."""
        self._events.append({"seq": len(self._events) + 1, **event})

    def __len__(self) -> int:
        return len(self._events)

    def after(self, seq: int) -> list[dict[str, Any]]:
        """What came after this one."""
        return self._events[max(seq, 0) :]


class Answers(Generic[T]):
    """The first answer to each key; a repeated request gets the same again."""

    def __init__(self) -> None:
        self._given: dict[str, T] = {}

    def once(self, key: str, give: Callable[[], T]) -> T:
        """The answer already given to this key, or a new one, which is kept."""
        if key not in self._given:
            self._given[key] = give()
        return self._given[key]

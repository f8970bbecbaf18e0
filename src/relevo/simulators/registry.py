"""Our own network's registry of subscribers: what it holds, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field

from relevo.values.moment import Moment


@dataclass(slots=True)
class Subscription:
    """One subscriber record."""

    number: str
    iccid: str | None
    state: str  # reserved | active
    capabilities: tuple[str, ...]
    changed_at: Moment
    missing: set[str] = field(default_factory=set)  # asked for, and not there
    is_registered: bool = False  # the card was seen on the air

    @property
    def is_active(self) -> bool:
        """Whether the network serves it."""
        return self.state == "active"

    def can(self, capability: str) -> bool:
        """Whether the network gives it this capability now."""
        return self.is_active and capability in self.capabilities and capability not in self.missing


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the network's log."""

    at: Moment
    served_by: str | None
    state: str  # reserved | active | absent


class Registry:
    """All subscriber records of the recipient's network."""

    def __init__(self, operator: str) -> None:
        self.operator = operator
        self.subscriptions: dict[str, Subscription] = {}
        self._numbers_of_cards: dict[str, str] = {}
        self._changes: dict[str, list[Change]] = {}

    def find(self, number: str) -> Subscription | None:
        """The record of this number."""
        return self.subscriptions.get(number)

    def store(self, subscription: Subscription) -> None:
        """Write a record, and log it."""
        self.subscriptions[subscription.number] = subscription
        self.tie(subscription.iccid, subscription.number)
        served_by = self.operator if subscription.is_active else None
        change = Change(subscription.changed_at, served_by, subscription.state)
        self._changes.setdefault(subscription.number, []).append(change)

    def remove(self, number: str, at: Moment) -> bool:
        """Drop a record, and log it."""
        if self.subscriptions.pop(number, None) is None:
            return False
        self._changes.setdefault(number, []).append(Change(at, None, "absent"))
        return True

    def tie(self, iccid: str | None, number: str) -> None:
        """Note for which number a card was made; it is printed on the card, and stays."""
        if iccid is not None:
            self._numbers_of_cards[iccid] = number

    def number_of_card(self, iccid: str) -> str | None:
        """For which number this card was made."""
        return self._numbers_of_cards.get(iccid)

    def changes_of(self, number: str) -> list[Change]:
        """What this network did with the number."""
        return self._changes.get(number, [])

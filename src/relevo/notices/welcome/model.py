"""What the welcome letter says. Whoever writes it knows where it comes from; this does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class Fate(StrEnum):
    """What becomes of a line."""

    MOVES = "moves"
    STAYS = "stays"
    DIES = "dies"  # it stays, on the card of a line that leaves: the donor ends it
    ENDS = "ends"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One line of the letter."""

    id: str
    number: Msisdn | None
    kind: str
    donor: str  # as customers read it
    fate: Fate
    window: Window | None = None
    rests_on: str = ""  # what its day rests on: "confirmation_chain" | "card_delivery" | ...
    cancel_until: Moment | None = None
    lives_on: Msisdn | None = None  # the number on whose card it is at the donor
    sim: str = ""  # "card" | "esim" of what comes to us
    monthly_eur_cents: int | None = None  # None: not ours to say
    one_time_eur_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeLetter:
    """The letter of one order."""

    order: str
    at: Moment  # when the order was placed
    language: str
    zone: str
    recipient: str  # as customers read it
    holder: str
    address: tuple[str, ...]
    lines: tuple[LetterLine, ...]
    link: str = ""  # the customer's page; "" where it may not be written down
    is_settled: bool = False  # whether the days are chosen; before that they are what is planned
    consent_digest: str = ""

    @property
    def cancel_until(self) -> Moment | None:
        """Until when the whole can be taken back."""
        limits = [line.cancel_until for line in self.lines if line.cancel_until is not None]
        return min(limits, default=None)

    @property
    def monthly_eur_cents(self) -> int | None:
        """What all lines cost together in a month."""
        prices = [p for line in self.lines if (p := line.monthly_eur_cents) is not None]
        return sum(prices) if prices else None

    @property
    def one_time_eur_cents(self) -> int:
        """What is paid once."""
        return sum(line.one_time_eur_cents or 0 for line in self.lines)

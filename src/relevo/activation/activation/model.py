"""What an activation knows of its line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.activation.ladder import Capability
from relevo.engine.process import state
from relevo.values.moment import Moment
from relevo.values.simcard import Iccid


class Phase(StrEnum):
    """Where the line is."""

    UNWATCHED = "unwatched"  # nothing is known yet
    WATCHED = "watched"  # the donor serves it
    MOVING = "moving"  # it is ours, and our network does not serve it yet
    PROVING = "proving"  # served, and not everything has been seen to work
    LIVE = "live"  # everything was seen to work; watched for seven more days
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """The number is dead: every origin network says that it does not exist."""

    since: Moment  # the last moment at which it was known to live
    noticed_at: Moment
    at_donor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A capability that was looked for and not found, and the origins that do not get through."""

    capability: Capability
    except_from: tuple[str, ...]


@state("activation.activation")
class Activation:
    """One line. ``wanted`` is what our registry is to hold of it, ``held`` what it last said."""

    id: str
    phase: Phase = Phase.UNWATCHED
    subject: str = ""
    line: str = ""
    order: str = ""
    donor: str = ""
    recipient: str = ""
    capabilities: tuple[Capability, ...] = ()
    rules: str = ""
    watched_at: Moment | None = None  # when the watch began
    iccid: Iccid | None = None
    wanted: str = ""  # "" | "reserved" | "active"
    held: str = ""  # "" | "reserved" | "active"
    asked_at: Moment | None = None  # a request is under way since then
    attempt: int = 0
    is_vanished: bool = False  # we put it there, and the registry did not know it
    vanished_at: Moment | None = None  # by the registry's own log
    move_opens: Moment | None = None
    move_closes: Moment | None = None
    moving_since: Moment | None = None
    moved_at: Moment | None = None
    served_at: Moment | None = None  # the registry says that it serves the line since then
    doubted_at: Moment | None = None
    outage: Outage | None = None
    is_registered: bool = False
    proven: tuple[Capability, ...] = ()
    lost: tuple[Loss, ...] = ()
    reminders: int = 0
    self_test: str = ""  # the customer's last test, so that a doubled one is one

    def __post_init__(self) -> None:
        """What must be known in each phase."""
        is_ours = self.phase in {Phase.MOVING, Phase.PROVING, Phase.LIVE}
        if self.phase is not Phase.UNWATCHED and not (self.subject and self.line):
            raise AssertionError(f"{self.id}: {self.phase} without knowing which line")
        if is_ours and self.wanted != "active":
            raise AssertionError(f"{self.id}: {self.phase} and nobody asked the network to serve")
        if self.phase is Phase.LIVE and set(self.capabilities) - set(self.proven):
            raise AssertionError(f"{self.id}: live with a capability that nobody has seen work")

    @property
    def stays(self) -> bool:
        """Whether the line is only watched: it stays with its donor."""
        return self.donor == self.recipient

    @property
    def has_phone(self) -> bool:
        """Whether something answers to the number: a card on the air, or a line without cards."""
        return self.iccid is None or self.is_registered

    @property
    def serving(self) -> str:
        """Who ought to serve the line now."""
        return self.donor if self.phase is Phase.WATCHED else self.recipient

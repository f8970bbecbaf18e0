"""What really happened, for whoever judges a story. The product never asks here."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.simulators.courier import Courier
from relevo.simulators.customer import Complaint, Customer, Effort
from relevo.simulators.exchange import Exchange
from relevo.simulators.faults import FaultStruck
from relevo.simulators.fixed_hub import FixedHub
from relevo.simulators.mailboxes import Delivered, Mailboxes
from relevo.simulators.mobile_hub import MobileHub
from relevo.simulators.plan import CAPABILITIES, LineKind
from relevo.simulators.recipients import Recipients
from relevo.simulators.registry import Registry
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

Interval = tuple[Moment, Moment | None]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a line: who serves it, and who holds its number in the hub's books."""

    network: str | None
    hub: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFate:
    """One parcel, as it really is."""

    tracking_code: str
    reference: str
    contents: tuple[str, ...]
    state: str
    is_delivered_for_real: bool


class Truth:
    """Reads the world from outside; changes nothing. Lines are named by number, or by id."""

    def __init__(
        self, exchange: Exchange, registry: Registry, mobile_hub: MobileHub, fixed_hub: FixedHub
    ) -> None:
        self._exchange = exchange
        self._registry = registry
        self._mobile_hub = mobile_hub
        self._fixed_hub = fixed_hub

    def dead_intervals(self, number: str) -> list[Interval]:
        """When every network said that the number does not exist; the last may still run."""
        served = self._exchange.lines.get(number)
        return [(a, b) for a, b in served.dead if a != b] if served is not None else []

    def capabilities(self, number: str) -> tuple[str, ...]:
        """What the line can do now."""
        names = self._of_kind(number)
        return tuple(name for name in names if self._exchange.can(number, name))

    def lacking(self, number: str) -> tuple[str, ...]:
        """What a line of its kind should do, and this one cannot now."""
        names = self._of_kind(number)
        return tuple(name for name in names if not self._exchange.can(number, name))

    def holder(self, number: str) -> Holder:
        """The network's and the hub's answer; they should be one."""
        served = self._exchange.lines.get(number)
        if served is None:
            return Holder(None, None)
        subscription = self._registry.find(number)
        is_ours = subscription is not None and subscription.is_active
        has_moved = self._exchange.has_moved(number) or served.plan.number is None
        network = served.donor if served.is_at_donor else None
        if is_ours and (has_moved or not served.is_at_donor):
            network = self._registry.operator
        hub: str | None = None
        if served.plan.kind is LineKind.MOBILE:
            hub = self._mobile_hub.holder(number)
        elif served.plan.number is not None:  # a fixed line, or a fibre that has a number
            hub = self._fixed_hub.holder(number)
        return Holder(network, hub)

    def is_subscribed(self, number: str) -> bool:
        """Whether our own network still has the number."""
        subscription = self._registry.find(number)
        return subscription is not None and subscription.is_active

    def iccid(self, number: str) -> str | None:
        """The card on which the recipient's network has the number."""
        subscription = self._registry.find(number)
        return subscription.iccid if subscription is not None else None

    def _of_kind(self, number: str) -> tuple[str, ...]:
        served = self._exchange.lines.get(number)
        return CAPABILITIES[served.plan.kind] if served is not None else ()


class Chronicle:
    """What went wrong for a customer, what arrived at him, and what it cost him."""

    def __init__(
        self,
        stage: Stage,
        mailboxes: Mailboxes,
        customer: Customer,
        place: int,
        courier: Courier,
        recipients: Recipients,
    ) -> None:
        self._stage = stage
        self._mailboxes = mailboxes
        self._customer = customer
        self._place = place
        self._courier = courier
        self._recipients = recipients

    def faults(self) -> list[FaultStruck]:
        """Every fault of his plan, in its order, and when it struck."""
        with self._stage.lock:
            return self._stage.armoury.struck(self._place)

    def mailbox(self, first: int = 0) -> list[Delivered]:
        """Every message that arrived, from us and from the donor, but for the ``first`` ones."""
        with self._stage.lock:
            return self._mailboxes.delivered[self._place][first:]

    def customer_log(self, first: int = 0) -> list[Effort]:
        """What cost him time, but for the ``first`` entries."""
        with self._stage.lock:
            return self._customer.log[first:]

    def complaints(self) -> list[Complaint]:
        """His calls about dead numbers."""
        with self._stage.lock:
            return list(self._customer.complaints)

    def port_outs(self) -> dict[str, str]:
        """What became of each number that another operator asked of us."""
        with self._stage.lock:
            return self._recipients.fates(self._place)

    def parcels(self) -> list[ParcelFate]:
        """All parcels of the world, as they really are."""
        with self._stage.lock:
            return [
                ParcelFate(
                    tracking_code=parcel.code,
                    reference=parcel.order.reference,
                    contents=parcel.order.contents,
                    state=parcel.state.value,
                    is_delivered_for_real=parcel.is_delivered_for_real,
                )
                for parcel in self._courier.parcels.values()
            ]

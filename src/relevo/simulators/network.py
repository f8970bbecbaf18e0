"""The recipient's network: its registry over HTTP, and the service that makes test calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from relevo.simulators.exchange import Exchange
from relevo.simulators.faults import Fault, lasting
from relevo.simulators.feed import Answers, Feed
from relevo.simulators.http import Answer, Asked, BadRequest, Route, not_found
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import CAPABILITIES, LineKind, ServedPlan
from relevo.simulators.registry import Registry, Subscription
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment, utc

STATES = ("reserved", "active")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSubscription:
    """What a subscriber record is to be."""

    key: str
    state: str
    iccid: str | None = None
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedProbe:
    """Which lines to try."""

    numbers: tuple[str, ...]


class Network:
    """Provisions in 1 to 20 seconds; cards are seen on the air 1 to 30 minutes after."""

    def __init__(self, stage: Stage, registry: Registry, exchange: Exchange) -> None:
        self._stage = stage
        self._registry = registry
        self._exchange = exchange
        self._events = Feed()
        self._answers: Answers[Answer] = Answers()
        self._cards_in_phones: set[str] = set()
        self._said: dict[str, tuple[tuple[object, ...], msgspec.Raw]] = {}
        self._ours = frozenset(each.number for part in stage.parts for each in part.plan.served)
        for part in stage.parts:
            for ours in part.plan.served:
                self._serve_from_the_start(ours, part.plan.starts)

    def _serve_from_the_start(self, ours: ServedPlan, since: Moment) -> None:
        self._registry.tie(ours.card, ours.number)
        if ours.ceased_at is not None or ours.is_returned:
            return
        made = Subscription(
            number=ours.number,
            iccid=ours.card,
            state="active",
            capabilities=CAPABILITIES[LineKind.MOBILE],
            changed_at=utc(since),
            is_registered=not ours.barred,  # a lost card is in nobody's phone
        )
        self._registry.store(made)
        if not ours.barred:
            self._cards_in_phones.add(ours.card)

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        one = "/network/subscriptions/{number}"
        return [
            Route(self._stage, "PUT", one, self._put),
            Route(self._stage, "GET", one, self._get),
            Route(self._stage, "DELETE", one, self._delete),
            Route(self._stage, "GET", "/network/events", self._list_events),
            Route(self._stage, "POST", "/network/probes", self._probe),
            Route(self._stage, "GET", "/network/history/{number}", self._list_history),
        ]

    def card_put_in(self, iccid: str) -> None:
        """A card (or eSIM) is in a phone that is switched on."""
        self._cards_in_phones.add(iccid)
        number = self._registry.number_of_card(iccid)
        if number is not None:
            self._look_for_phone(number)

    def forget(self, fault: Fault) -> None:
        """Fault `forgets`: an active subscriber is lost, now or once there is one."""
        for number in self._hit_by(fault):
            if self._registry.subscriptions[number].is_active:
                self._lose(number, "network", "forgets")
                return

    def lose_line(self, fault: Fault) -> None:
        """Fault `lose_line`: the record of the line, reserved or active, is gone without a word."""
        for number in self._hit_by(fault):
            self._lose(number, "order", "lose_line")
            return

    def _hit_by(self, fault: Fault) -> Iterator[str]:
        """The records that a fault may hit, the oldest first."""
        for number in list(self._registry.subscriptions):
            owner = self._stage.owner_of(number)
            line = owner.line_named(number) if owner is not None else None
            place = owner.place if owner is not None else None
            if fault.fits(place, line.id if line is not None else None):
                yield number

    def _lose(self, number: str, where: str, what: str) -> None:
        if number in self._registry.subscriptions and self._stage.strike(
            where, what, number=number
        ):
            self._registry.remove(number, self._stage.now())
            self._exchange.refresh(number)

    def _put(self, asked: Asked) -> Answer:
        number = asked.path["number"]
        wanted = asked.read(WantedSubscription)
        if wanted.state not in STATES:
            raise BadRequest("state: write reserved or active")
        return self._answers.once(f"put {number} {wanted.key}", lambda: self._take(number, wanted))

    def _take(self, number: str, wanted: WantedSubscription) -> Answer:
        self._registry.tie(wanted.iccid, number)
        wait = self._stage.between(1, 20, "provision", number, wanted.key, of=number)
        due = self._stage.now() + timedelta(seconds=wait)
        name = f"network {number} {wanted.key}"
        self._stage.later(due, name, lambda: self._provision(number, wanted))
        return Answer(202, {"number": number, "key": wanted.key, "accepted_at": self._stage.now()})

    def _provision(self, number: str, wanted: WantedSubscription) -> None:
        is_active = wanted.state == "active"
        if is_active and self._stage.strike("network", "provision_fails", number=number):
            self._report(number, "failed", "the subscriber register did not take the profile")
            return
        before = self._registry.find(number)
        made = Subscription(
            number=number,
            iccid=wanted.iccid,
            state=wanted.state,
            capabilities=wanted.capabilities,
            changed_at=self._stage.now(),
        )
        if before is not None and before.is_active and is_active:
            made.missing = before.missing
            made.is_registered = before.is_registered and before.iccid == wanted.iccid
        self._registry.store(made)
        if is_active:
            self._break_some(made)
        self._report(number, "provisioned" if is_active else "reserved")
        self._exchange.refresh(number)
        self._look_for_phone(number)
        self._lose_soon(number)

    def _break_some(self, made: Subscription) -> None:
        fault = self._stage.strike("network", "partial", number=made.number)
        if fault is None:
            return
        made.missing = set(fault.plan.missing) or {"data"}
        due = self._stage.now() + lasting(fault, timedelta(hours=4))
        self._stage.later(due, f"network {made.number} whole", lambda: self._mend(made.number))

    def _mend(self, number: str) -> None:
        subscription = self._registry.find(number)
        if subscription is not None:
            subscription.missing = set()
            self._exchange.refresh(number)

    def _lose_soon(self, number: str) -> None:
        """A loss that was armed before there was a record to lose comes some minutes after it."""
        due = self._stage.now() + self._stage.seconds_between(5, 30, "lose", number, of=number)
        name = f"network {number} lost"
        self._stage.later(due, name, lambda: self._lose(number, "order", "lose_line"))
        if self._registry.subscriptions[number].is_active:
            self._stage.later(due, name, lambda: self._lose(number, "network", "forgets"))

    def _look_for_phone(self, number: str) -> None:
        subscription = self._registry.find(number)
        if subscription is None or not self._may_register(subscription):
            return
        names = ("register", number, subscription.iccid or "")
        wait = self._stage.seconds_between(1, 30, *names, of=number)
        due = self._stage.now() + wait
        self._stage.later(due, f"network {number} registers", lambda: self._register(number))

    def _may_register(self, subscription: Subscription) -> bool:
        is_in_phone = subscription.iccid in self._cards_in_phones
        return subscription.is_active and is_in_phone and not subscription.is_registered

    def _register(self, number: str) -> None:
        subscription = self._registry.find(number)
        if subscription is not None and self._may_register(subscription):
            subscription.is_registered = True
            self._report(number, "registered")
            self._exchange.refresh(number)

    def _get(self, asked: Asked) -> Answer:
        found = self._registry.find(asked.path["number"])
        if found is None:
            return not_found("the subscriber")
        return Answer(200, _shown(found))

    def _delete(self, asked: Asked) -> Answer:
        number = asked.path["number"]
        key = asked.query.get("key")
        if not key:
            raise BadRequest("key: add ?key=, the idempotency key of this request")
        return self._answers.once(f"delete {number} {key}", lambda: self._take_out(number, key))

    def _take_out(self, number: str, key: str) -> Answer:
        wait = self._stage.between(1, 20, "withdraw", number, key, of=number)
        due = self._stage.now() + timedelta(seconds=wait)
        self._stage.later(due, f"network {number} {key}", lambda: self._withdraw(number))
        return Answer(202, {"number": number, "key": key, "accepted_at": self._stage.now()})

    def _withdraw(self, number: str) -> None:
        is_ours = number in self._ours
        if is_ours and self._stage.strike("network", "provision_fails", number=number):
            self._report(number, "failed", "the subscriber register did not let the profile go")
            return
        self._registry.remove(number, self._stage.now())
        self._report(number, "withdrawn")
        self._exchange.refresh(number)

    def _report(self, number: str, event: str, reason: str | None = None) -> None:
        self._events.add(
            {"at": self._stage.now(), "number": number, "event": event, "reason": reason}
        )
        self._stage.changed("network")

    def _list_events(self, asked: Asked) -> Answer:
        return Answer(200, {"events": self._events.after(asked.after())})

    def _list_history(self, asked: Asked) -> Answer:
        """The log of a line, and the record that came of it: one look for who wants both."""
        number = asked.path["number"]
        found = self._registry.find(number)
        record = None if found is None else _shown(found)
        changes = self._registry.changes_of(number)
        return Answer(200, {"number": number, "record": record, "changes": changes})

    def _probe(self, asked: Asked) -> Answer:
        numbers = asked.read(WantedProbe).numbers
        results = {number: self._probed_again(number) for number in numbers}
        return Answer(200, {"at": self._stage.now(), "results": results})

    def _probed_again(self, number: str) -> msgspec.Raw:
        """Hundreds of lines are called four times an hour: what is as it was is said as it was."""
        state = self._state(number)
        said = self._said.get(number)
        if said is None or said[0] != state:
            text = msgspec.Raw(msgspec.json.encode(self._probed(number)))
            said = self._said[number] = (state, text)
        return said[1]

    def _state(self, number: str) -> tuple[object, ...]:
        """All that a test call depends on."""
        served, found = self._exchange.lines.get(number), self._registry.find(number)
        state: tuple[object, ...] = ()
        if served is not None:
            state = (*served.routes.values(), served.is_at_donor, served.is_installed)
        if found is None:
            return state
        missing = frozenset(found.missing)
        return (*state, found.state, found.capabilities, missing, found.is_registered)

    def _probed(self, number: str) -> dict[str, object]:
        can = self._exchange.can
        served = self._exchange.lines.get(number)
        is_called = served is None or served.plan.kind is not LineKind.FIBRE
        return {
            "calls_in": {
                origin: self._exchange.call(number, origin) for origin in ORIGINS if is_called
            },
            "calls_out": can(number, "calls_out"),
            "sms_out": can(number, "sms_out"),
            "sms_in": can(number, "sms_in"),
            "data": can(number, "data"),
            "registered": self._is_registered(number),
        }

    def _is_registered(self, number: str) -> bool:
        served = self._exchange.lines.get(number)
        subscription = self._registry.find(number)
        if subscription is not None and subscription.is_active:
            is_mobile = served is None or served.plan.kind is LineKind.MOBILE
            return subscription.is_registered or not is_mobile
        return served is not None and served.is_at_donor


def _shown(found: Subscription) -> dict[str, object]:
    """A record as it goes out."""
    return {
        "number": found.number,
        "iccid": found.iccid,
        "state": found.state,
        "capabilities": found.capabilities,
        "changed_at": found.changed_at,
    }

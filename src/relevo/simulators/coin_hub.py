"""The Dutch clearing house: it takes letters, checks them later, and hands them on.

As ``coin-sdk`` knows it: a call with both signatures (``coin_gate``) and the right shape is taken
at once; what else is wrong with it is told as ``errorfound``. News go down a stream of
server-sent events, and come again on every new stream until they are confirmed. The house moves
no number: it believes the recipient who says that one has moved, and tells everybody.

Codes of ``errorfound`` are this simulator's own: no list of them was at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs

from relevo.simulators.coin_gate import Gate, Unauthorized
from relevo.simulators.coin_keys import Consumer
from relevo.simulators.coin_parties import Parties, international
from relevo.simulators.coin_server import Call, Stream
from relevo.simulators.coin_words import KINDS, Letter, from_digits, read_letter
from relevo.simulators.faults import late_by
from relevo.simulators.http import Answer, BadRequest
from relevo.simulators.outage import Outage
from relevo.simulators.stage import HUBS, Stage
from relevo.values.moment import Moment

ROOT = "/number-portability/v3/dossiers"
CODES = {"altamar": "XALTA", "brisa": "XBRIS", "cantil": "XCANT", "duna": "XDUNA"}
CHECKS_AFTER = timedelta(seconds=5)
_NAMES = {code: name for name, code in CODES.items()}
Ear = Callable[[bytes], None]


@dataclass(slots=True)
class Dossier:
    """One request: `asked`, `accepted`, `blocked`, `cancelled`, `performed`."""

    letter: Letter
    numbers: tuple[str, ...]  # with country code
    donor: str
    state: str = "asked"
    first_possible: Moment | None = None

    @property
    def is_live(self) -> bool:
        """Whether it may still become something else."""
        return self.state in {"asked", "accepted"}


@dataclass(slots=True)
class Event:
    """Something that a consumer is told until he confirms it."""

    id: str
    kind: str
    wire: bytes
    is_confirmed: bool = False


@dataclass(slots=True)
class Subscription:
    """A consumer's events, and the streams that he has open."""

    events: dict[str, Event] = field(default_factory=dict)
    ears: list[Callable[[Event], None]] = field(default_factory=list)


class CoinHub:
    """One house with its books; ``answer`` is called for each request that comes in."""

    def __init__(
        self,
        stage: Stage,
        consumers: Iterable[Consumer],
        first_possible: Mapping[str, Moment] | None = None,
    ) -> None:
        self._stage = stage
        self._gate = Gate(consumers := tuple(consumers))
        self._outage = Outage(stage)
        self._parties = Parties(stage, self._take_later, first_possible)
        self._subscriptions = {each.operator: Subscription() for each in consumers}
        self._published = 0
        self._taken = 0
        self.on_down: Callable[[], None] = lambda: None
        self.dossiers: dict[str, Dossier] = {}
        self.letters: list[Letter] = []
        plans = [part.plan for part in stage.parts]
        self._holders = {line.number: line.donor for p in plans for line in p.lines if line.number}
        self._holders |= {each.number: stage.recipient for p in plans for each in p.served}
        self._parties.plan_requests(CODES, CODES[stage.recipient])

    def holder(self, number: str) -> str:
        """Who holds the number in the house's books."""
        return self._holders[number]

    def unconfirmed(self, operator: str) -> set[str]:
        """The ids of what this operator (by name) has not confirmed yet."""
        with self._stage.lock:
            events = self._subscriptions[CODES[operator]].events.values()
            return {each.id for each in events if not each.is_confirmed}

    def answer(self, call: Call) -> Answer | Stream:
        """One request, under the lock of the world."""
        with self._stage.lock:
            if self._outage.is_down():
                self.on_down()
                return Answer(503, {"message": "no server is available"})
            try:
                consumer = self._gate.check(call.method, call.target, call.headers, call.body)
            except Unauthorized as wrong:
                return Answer(401, {"message": str(wrong)})
            path, _, query = call.target.removeprefix(ROOT).partition("?")
            try:
                return self._serve(consumer, call, path, query)
            except BadRequest as wrong:
                return self._refused(str(wrong))

    def _serve(self, consumer: Consumer, call: Call, path: str, query: str) -> Answer | Stream:
        subscription = self._subscriptions[consumer.operator]
        if call.method == "GET" and path == "/events":
            return self._stream(subscription, parse_qs(query))
        if call.method == "PUT" and path.startswith("/confirmations/"):
            event = subscription.events.get(path.removeprefix("/confirmations/"))
            if event is None:
                return self._refused("confirmations: no message of this id was sent to you", 404)
            event.is_confirmed = True
            return self._taken_as()
        kind = path.removeprefix("/")
        if call.method != "POST" or kind not in KINDS:
            return Answer(404, {"message": f"nothing is served at {call.method} {call.target}"})
        letter = read_letter(kind, call.body)
        if letter.sender != consumer.operator:
            raise BadRequest("sender: you do not speak for this operator")
        self._take_later(letter)
        return self._taken_as()

    def _stream(self, subscription: Subscription, asked: Mapping[str, list[str]]) -> Stream:
        wants_all = asked.get("confirmationStatus", ["Unconfirmed"])[0] == "All"
        after = int(asked.get("offset", ["-1"])[0])

        kinds = set(asked.get("messageTypes", [""])[0].split(",")) - {""}

        def begin(ear: Ear) -> tuple[Sequence[bytes], Callable[[], None]]:
            def hear(event: Event) -> None:
                if not kinds or event.kind in kinds:
                    ear(event.wire)

            with self._stage.lock:
                subscription.ears.append(hear)
                waiting = [
                    each.wire
                    for each in subscription.events.values()
                    if (int(each.id) > after if wants_all else not each.is_confirmed)
                    and (not kinds or each.kind in kinds)
                ]
            return [*waiting, self._keep_alive()], lambda: subscription.ears.remove(hear)

        return Stream(begin)

    def _keep_alive(self) -> bytes:
        return f"id: {self._published}\ndata:\n\n".encode()

    def _taken_as(self) -> Answer:
        self._taken += 1
        return Answer(200, {"transactionId": f"{self._taken:032x}"})

    def _refused(self, why: str, status: int = 400) -> Answer:
        self._taken += 1
        error = {"code": str(status), "message": why}
        return Answer(status, {"transactionId": f"{self._taken:032x}", "errors": [error]})

    def _take_later(self, letter: Letter) -> None:
        """Taken at once, checked a little later: the order of letters stays."""
        due = self._stage.now() + CHECKS_AFTER
        key = f"coin takes {len(self.letters):06d} {letter.dossier} {letter.kind}"
        self.letters.append(letter)
        self._stage.later(due, key, partial(self._take, letter))

    def _take(self, letter: Letter) -> None:
        rules: dict[str, Callable[[Letter], str]] = {
            "portingrequest": self._request,
            "portingrequestanswer": self._answered,
            "pradelayed": self._delayed,
            "portingperformed": self._performed,
            "cancel": self._cancelled,
            "deactivation": self._deactivated,
        }
        wrong = rules[letter.kind](letter)
        if wrong:
            code, _, why = wrong.partition(" ")
            numbers = letter.numbers or ("",)
            seqs = [{"phonenumber": n, "errorcode": code, "description": why} for n in numbers]
            content = {"dossierid": letter.dossier, "repeats": [{"seq": seq} for seq in seqs]}
            self._hand_on(Letter("errorfound", letter.receiver, letter.sender, content))

    def _request(self, letter: Letter) -> str:
        numbers = tuple(map(international, letter.numbers))
        known = self.dossiers.get(letter.dossier)
        if known is not None:
            return "" if known.letter == letter else "9001 the dossier is another request"
        donors = {self._holders.get(number, "") for number in numbers}
        if donors != {_NAMES.get(letter.receiver, "?")}:
            return "9002 the receiver does not serve these numbers"
        if any(d.is_live and set(d.numbers) & set(numbers) for d in self.dossiers.values()):
            return "9003 another request is live for a number"
        self.dossiers[letter.dossier] = Dossier(letter, numbers, letter.receiver)
        self._hand_on(letter)
        return ""

    def _answered(self, letter: Letter) -> str:
        dossier = self.dossiers.get(letter.dossier)
        if dossier is None or letter.sender != dossier.donor:
            return "9004 no such dossier of yours waits for an answer"
        is_yes = letter.content["blocking"] == "N"
        if dossier.state != "asked":
            return "" if (dossier.state == "accepted") == is_yes else "9005 answered already"
        if is_yes:
            dates = [each["seq"].get("firstpossibledate") for each in letter.content["repeats"]]
            if not all(dates):
                return "9006 a yes names the first possible date of each series"
            dossier.first_possible = max(map(from_digits, dates))
        dossier.state = "accepted" if is_yes else "blocked"
        self._hand_on(letter)
        return ""

    def _delayed(self, letter: Letter) -> str:
        dossier = self.dossiers.get(letter.dossier)
        if dossier is None or letter.sender != dossier.donor or dossier.state != "asked":
            return "9004 no such dossier of yours waits for an answer"
        self._hand_on(letter)
        return ""

    def _performed(self, letter: Letter) -> str:
        dossier = self.dossiers.get(letter.dossier)
        if dossier is None or letter.sender != dossier.letter.sender:
            return "9007 this dossier is not yours to perform"
        if dossier.state == "performed":
            return ""
        moved_at = from_digits(letter.content["actualdatetime"])
        allowed_from = dossier.first_possible
        if dossier.state != "accepted" or allowed_from is None or moved_at < allowed_from:
            return "9008 not accepted, or before the first possible date"
        dossier.state = "performed"
        for number in dossier.numbers:
            self._holders[number] = _NAMES[letter.sender]
        for operator in self._subscriptions:
            if operator != letter.sender:
                self._publish(operator, letter, dossier.numbers[0])
        return ""

    def _cancelled(self, letter: Letter) -> str:
        dossier = self.dossiers.get(letter.dossier)
        if dossier is None or letter.sender != dossier.letter.sender:
            return "9007 this dossier is not yours to cancel"
        if dossier.state == "performed":
            return "9009 it is performed already"
        dossier.state = "cancelled"
        self._hand_on(Letter("cancel", letter.sender, dossier.donor, letter.content))
        return ""

    def _deactivated(self, letter: Letter) -> str:
        for operator in self._subscriptions:
            if operator != letter.sender:
                self._publish(operator, letter, international(letter.numbers[0]))
        return ""

    def _hand_on(self, letter: Letter) -> None:
        dossier = self.dossiers.get(letter.dossier)
        number = dossier.numbers[0] if dossier else international((letter.numbers or ("",))[0])
        if letter.receiver in self._subscriptions:
            self._publish(letter.receiver, letter, number)
        else:
            self._parties.hear(letter, number)

    def _publish(self, operator: str, letter: Letter, number: str) -> None:
        """Tell a consumer, as far as the faults let it through."""
        if self._stage.strike("hub", "lose_notice", number=number):
            return
        delay = self._stage.strike("hub", "delay", number=number)
        if delay is not None:
            due = self._stage.now() + late_by(delay, timedelta(hours=2))
            key = f"coin tells {operator} {letter.dossier}"
            self._stage.later(due, key, lambda: self._tell(operator, letter))
            return
        self._tell(operator, letter)
        if self._stage.strike("hub", "duplicate", number=number):
            self._tell(operator, letter)

    def _tell(self, operator: str, letter: Letter) -> None:
        self._published += 1
        name, text = str(self._published), letter.written(self._stage.now())
        wire = f"id: {name}\nevent: {letter.kind}-v3\ndata: ".encode() + text + b"\n\n"
        subscription = self._subscriptions[operator]
        event = subscription.events[name] = Event(name, letter.kind, wire)
        for hear in subscription.ears:
            hear(event)
        self._stage.changed(*HUBS)

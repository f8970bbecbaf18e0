"""The customer: reads, puts cards in, answers questions, and complains when a number is dead.

He reads an SMS 2 to 40 minutes after it came and an e-mail after 10 minutes to 6 hours, does what
it says within the hour, between 08:00 and 22:00. He reports only what he sees with his phone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from relevo.simulators import patterns
from relevo.simulators.exchange import Exchange
from relevo.simulators.hours import when_awake
from relevo.simulators.mailboxes import Delivered, Mailboxes
from relevo.simulators.network import Network
from relevo.simulators.profile_server import ProfileServer
from relevo.simulators.registry import Registry
from relevo.simulators.stage import Part, Stage
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True)
class Effort:
    """Something that cost the customer time. ``minutes`` is the length of a call or a trip."""

    at: Moment
    kind: str  # read | call | sms_written | trip | card_put_in | esim_installed
    minutes: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A call in which he says that a number is dead."""

    at: Moment
    number: str
    minutes: int


@dataclass(slots=True)
class _Memory:
    """What he has and knows."""

    cards: set[str] = field(default_factory=set)  # delivered cards and installed eSIMs
    cards_in_phone: set[str] = field(default_factory=set)
    esims: set[str] = field(default_factory=set)
    told_to_put_in: set[str] = field(default_factory=set)  # numbers
    told_of_trouble: dict[str, Moment] = field(default_factory=dict)
    parcels: int = 0


class Customer:
    """One person with a phone that takes all cards."""

    def __init__(
        self,
        part: Part,
        stage: Stage,
        exchange: Exchange,
        registry: Registry,
        mailboxes: Mailboxes,
    ) -> None:
        self._part = part
        self._stage = stage
        self._exchange = exchange
        self._registry = registry
        self._mailboxes = mailboxes
        self._memory = _Memory(cards=set(part.plan.customer.new_cards))
        self.log: list[Effort] = []
        self.complaints: list[Complaint] = []

    def use(self, network: Network, profiles: ProfileServer) -> None:
        """What his phone talks to."""
        self._network = network
        self._profiles = profiles

    def receive(self, cards: tuple[str, ...]) -> None:
        """A parcel was handed to him, for real."""
        self._memory.cards.update(cards)
        self._memory.parcels += 1
        self.consider_cards()

    def consider_cards(self) -> None:
        """Put in, within the hour, each card whose number has moved and that he was told of."""
        for iccid in sorted(self._memory.cards - self._memory.cards_in_phone):
            number = self._registry.number_of_card(iccid)
            if number is None or not self._is_wanted(iccid, number):
                continue
            self._memory.cards_in_phone.add(iccid)
            minutes = self._part.between(5, 60, "put in", number, iccid)
            due = when_awake(self._stage.now(), minutes)
            name = f"customer puts in {iccid}"
            self._stage.later(due, name, partial(self._put_in, iccid, number))

    def _is_wanted(self, iccid: str, number: str) -> bool:
        if number not in self._exchange.lines or not self._exchange.has_moved(number):
            return False
        has_list = iccid in self._part.plan.customer.new_cards
        return has_list or number in self._memory.told_to_put_in or iccid in self._memory.esims

    def _put_in(self, iccid: str, number: str) -> None:
        self._note("card_put_in", about=number)
        self._network.card_put_in(iccid)

    def message_came(self, message: Delivered) -> None:
        """Something lies in his mailbox, or on his phone."""
        place = f"{len(self._mailboxes.delivered[self._part.place])} {self._part.name}"
        low, high = (2, 40) if message.channel == "sms" else (10, 360)
        minutes = self._part.between(low, high, "reads", message.channel, message.text)
        due = when_awake(self._stage.now(), minutes)
        self._stage.later(due, f"customer reads {place}", lambda: self._read(message))

    def _read(self, message: Delivered) -> None:
        message.read_at = self._stage.now()
        self._note("read", about=message.channel)
        if not message.is_ours:
            return
        text = f"{message.subject}\n{message.text}"
        known = [line.number for line in self._part.lines if line.number]
        named = patterns.numbers_in(text, known)
        if patterns.tells_of_trouble(text):
            told = self._memory.told_of_trouble
            told.update({n: max(message.at, told.get(n, message.at)) for n in named})
        if patterns.tells_to_put_in(text):
            self._memory.told_to_put_in.update(named or known)
            self.consider_cards()
        for matching_id in patterns.activation_codes(text):
            self._soon("installs", matching_id, partial(self._install, matching_id))
        self._answer_questions(text, named)

    def _answer_questions(self, text: str, named: list[str]) -> None:
        decisions = dict(self._part.plan.customer.decides)
        for number in named:
            line = self._part.line_named(number)
            decision = decisions.get(line.id) if line is not None else None
            word = patterns.word_for(decision, text) if decision is not None else None
            if word is not None:
                answer = f"{word} {number.removeprefix('+34')}"
                self._soon("answers", f"{number} {text}", partial(self._write_sms, answer))
        if patterns.asks_if_arrived(text):
            is_english = self._part.plan.customer.language == "en"
            yes = "YES" if is_english else "SI"
            answer = yes if self._memory.parcels else "NO"
            self._soon("answers", text, partial(self._write_sms, answer))

    def _soon(self, what: str, about: str, act: Callable[[], None]) -> None:
        """Within the hour, but never at night."""
        minutes = self._part.between(3, 60, what, about)
        due = when_awake(self._stage.now(), minutes)
        self._stage.later(due, f"customer {what} {about} {self._part.name}", act)

    def _install(self, matching_id: str) -> None:
        iccid = self._profiles.install(matching_id)
        if iccid is None:
            return
        self._memory.esims.add(iccid)
        self._memory.cards.add(iccid)
        self._note("esim_installed", about=iccid)
        self.consider_cards()

    def _write_sms(self, text: str) -> None:
        self._note("sms_written", about=text)
        self._mailboxes.customer_says(self._part, "sms", text)

    def feel(self, number: str, is_dead: bool) -> None:
        """A number died: he notices when he is up, unless it works again by then."""
        if is_dead:
            since = self._stage.now()
            wait = self._part.between(60, 240, "complains", number, since.isoformat())
            notices = when_awake(since, 0)
            due = when_awake(notices, wait)
            name = f"customer complains of {number}"
            self._stage.later(due, name, lambda: self._complain(number, since))

    def _complain(self, number: str, since: Moment) -> None:
        served = self._exchange.lines[number]
        if (served.plan.id, "cease") in self._part.plan.customer.decides:
            return  # he did not want it any more
        is_same_trouble = served.is_dead and served.dead[-1][0] == since
        told = self._memory.told_of_trouble.get(number)
        if not is_same_trouble or (told is not None and told >= since):
            return
        minutes = self._part.between(4, 12, "call", number, since.isoformat())
        self.complaints.append(Complaint(self._stage.now(), number, minutes))
        self._note("call", minutes=minutes, about=number)
        digits = number.removeprefix("+34")
        spoken = " ".join((digits[:3], digits[3:6], digits[6:]))
        texts = {
            "es": f"Mi número {spoken} no funciona: quien me llama oye que el número no existe.",
            "en": f"My number {spoken} is dead: callers hear that the number does not exist.",
        }
        language = self._part.plan.customer.language
        said = texts.get(language, texts["en"])
        self._mailboxes.customer_says(self._part, "call", said, minutes=minutes)

    def _note(self, kind: str, *, minutes: int | None = None, about: str = "") -> None:
        self.log.append(Effort(self._stage.now(), kind, minutes, about))
        self._stage.touch(self._part)

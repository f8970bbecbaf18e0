"""A voice with a clock: hears facts, its timers fire when their time has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relevo.engine.process import Heard, Refusal, TimerFired, advance
from relevo.notices.model import Knowledge
from relevo.notices.queries import read_texts
from relevo.notices.voice.decider import voice_process
from relevo.notices.voice.messages import MessageSent, SendMessage
from relevo.orders.order.messages import (
    HeldLine,
    LineKind,
    OrderAccepted,
    Party,
    SimKind,
    WindowChosen,
)
from relevo.porting.profile import Window
from relevo.profiles.book import load_book
from relevo.values.address import Address
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

ORDER = "R7K2M9QX"
SIGNED = datetime(2019, 1, 13, 10, 59, tzinfo=UTC)
WINDOW = Window(datetime(2019, 1, 18, 1, 0, tzinfo=UTC), datetime(2019, 1, 18, 5, 0, tzinfo=UTC))
RULES = "es@2012-06-01"


class Story:
    """One voice from the acceptance of its order on."""

    def __init__(self, language: str) -> None:
        self.process = voice_process(read_texts(), load_book().pinned)
        self.state = self.process.blank(f"{ORDER}/voice")
        self.at = SIGNED
        self.timers: dict[str, datetime] = {}
        self.facts: list[Any] = []
        self.effects: list[Any] = []
        self.tells: list[Any] = []
        self.language = language

    def begin(self, *, left_out: str = "") -> None:
        """The order of the story: F, M1, and M2 that depends on M1."""
        self.hear("", order(self.language, left_out=left_out))

    def dated(self) -> None:
        """All lines get their day, and the welcome letter goes out."""
        lines = tuple(line.id for line in self.known.lines if line.moving)
        windows = dict.fromkeys(lines, WINDOW)
        self.hear("", WindowChosen(lines=lines, windows=windows, rests_on="confirmation_chain"))
        self.wait(minutes=20)

    def hear(self, path: str, fact: Any) -> None:
        """A fact of another process of the order."""
        self.tell(Heard(source=f"{ORDER}{path}", fact=fact))

    def tell(self, message: Any) -> None:
        """A message, now."""
        step = advance(self.process, self.state, message, self.at)
        assert not isinstance(step, Refusal), step
        self.state = step.state
        self.facts += step.decision.facts
        self.effects += step.decision.effects
        self.tells += step.decision.tells
        for timer in step.decision.timers:
            self.timers.pop(timer.name, None)
            if timer.due is not None:
                self.timers[timer.name] = timer.due

    def wait(self, *, until: datetime | None = None, **span: int) -> None:
        """Let the time go on; timers fire."""
        end = until or self.at + timedelta(**span)
        while due := [(at, name) for name, at in self.timers.items() if at <= end]:
            at, name = min(due)
            del self.timers[name]
            self.at = max(self.at, at)
            self.tell(TimerFired(name=name))
        self.at = end

    @property
    def known(self) -> Knowledge:
        assert self.state.knowledge is not None
        return self.state.knowledge

    @property
    def sent(self) -> list[MessageSent]:
        return [fact for fact in self.facts if isinstance(fact, MessageSent)]

    @property
    def sends(self) -> list[SendMessage]:
        return [effect for effect in self.effects if isinstance(effect, SendMessage)]

    def texts(self, topic: str) -> list[str]:
        return [fact.text for fact in self.sent if fact.topic == topic]


def order(language: str = "es", *, left_out: str = "") -> OrderAccepted:
    held = (
        line("F", LineKind.FIXED, "+34976000101"),
        line("M1", LineKind.MOBILE, "+34600000101"),
        replace(
            line("M2", LineKind.MOBILE, "+34600000102"),
            depends_on="M1",
            monthly_fee_eur_cents=500,
            average_3m_eur_cents=2150,
        ),
    )
    return OrderAccepted(
        customer=Party(
            holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), True),
            language=language,
            email="hola@cierzo.example",
            contact=Msisdn("+34976000100"),
            address=Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza"),
        ),
        recipient="brisa",
        lines=held,
        moving=tuple(each.id for each in held if each.id != left_out),
        sim=SimKind.CARD,
        wish=None,
        rules=RULES,
        consent_at=SIGNED,
    )


def line(line_id: str, kind: LineKind, number: str) -> HeldLine:
    return HeldLine(id=line_id, kind=kind, number=Msisdn(number), donor="altamar")


@pytest.fixture
def story() -> Callable[[str], Story]:
    """Make a voice that speaks this language."""
    return Story

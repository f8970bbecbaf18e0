"""What the porting tests share: rules, a request, and small ways to say given, when, then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.engine.process import Decision, ProcessType, Refusal, advance
from relevo.porting.cease.decider import cease_process
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_in.messages import RequestPortIn
from relevo.porting.port_out.decider import port_out_process
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.recovery.decider import recovery_process
from relevo.porting.undue_port.decider import undue_port_process
from relevo.profiles.es import profile
from relevo.values.address import Address
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

RULES = "es@2012-06-01"


class Play:
    """One process, spoken to step by step. Keeps what it decided last and all its facts."""

    def __init__(self, process: ProcessType[Any], process_id: str) -> None:
        self.process = process
        self.state: Any = process.blank(process_id)
        self.facts: list[Any] = []
        self.refusal: Refusal | None = None
        self.last = Decision()
        self.timers: dict[str, Moment] = {}

    def when(self, message: object, at: str) -> Play:
        """Hand it a message."""
        step = advance(self.process, self.state, message, instant(at))
        self.refusal, self.last = None, Decision()
        if isinstance(step, Refusal):
            self.refusal = step
            return self
        self.state, self.last = step.state, step.decision
        self.facts += step.decision.facts
        for timer in step.decision.timers:
            self.timers.pop(timer.name, None)
            if timer.due is not None:
                self.timers[timer.name] = timer.due
        return self

    @property
    def names(self) -> list[str]:
        """What the last message led to: facts, then effects, by their names."""
        return [type(each).__name__ for each in (*self.last.facts, *self.last.effects)]

    def fact(self, kind: type) -> Any:
        """The last fact of this type."""
        return next(fact for fact in reversed(self.facts) if isinstance(fact, kind))


@pytest.fixture(scope="session")
def rules() -> PortingProfile:
    return next(e.rules for e in profile() if e.rules.code == RULES)


@pytest.fixture(scope="session")
def book(rules: PortingProfile) -> Callable[[str], PortingProfile]:
    editions = {edition.rules.code: edition.rules for edition in profile()}
    return editions.__getitem__


@pytest.fixture
def port(book: Callable[[str], PortingProfile]) -> Play:
    return Play(port_in_process(book), "R7K2QW9M/port/M2/1")


@pytest.fixture
def out(book: Callable[[str], PortingProfile]) -> Play:
    return Play(port_out_process(book), "out-90290111190114083000017/port_out")


@pytest.fixture
def undue(book: Callable[[str], PortingProfile]) -> Play:
    return Play(undue_port_process(book), "undue-K7M2QW9X/undue_port")


@pytest.fixture
def cease(book: Callable[[str], PortingProfile]) -> Play:
    return Play(cease_process(book), "cease-K7M2/cease")


@pytest.fixture
def recovery(book: Callable[[str], PortingProfile]) -> Play:
    return Play(recovery_process(book), "R7K2QW9M/recovery/M2/1")


@pytest.fixture
def asked() -> Callable[..., RequestPortIn]:
    def request(**changed: Any) -> RequestPortIn:
        given: dict[str, Any] = {
            "number": Msisdn("+34600000102"),
            "hub": HubKind.MOBILE,
            "donor": "altamar",
            "recipient": "brisa",
            "holder": Holder(
                "Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True
            ),
            "order": "R7K2QW9M",
            "line": "M2",
            "rules": RULES,
            "consent_at": instant("2019-01-13T11:59:00+01:00"),
            "address": Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza"),
        }
        return RequestPortIn(**{**given, **changed})

    return request

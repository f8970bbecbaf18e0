"""Each cause of a rejection has its repair, and no request is made twice unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from relevo.engine.process import Heard, ProcessType, Refusal, Step, TimerFired, advance
from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.orders.line.decider import line_process
from relevo.orders.line.messages import (
    AskPort,
    LineCorrected,
    LineMended,
    LineStuck,
    MendLine,
    PrepareLine,
)
from relevo.orders.line.model import Line, Phase, Reason
from relevo.porting.port_in.messages import PortInRejected, RequestPortIn, Witness
from relevo.porting.profile import HubKind, PortingProfile, RejectionReason, Window
from relevo.porting.recovery.messages import DeskAnswered
from relevo.profiles.book import load_book
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

M2 = Msisdn("+34600000102")
CARD = Iccid("8934071100000000012")
MONDAY = instant("2019-01-14T12:00:00+01:00")
STEPS_MAX = 60

STATED = {  # 3.8: what the donor compares; its no to it is no reason to say the same again
    RejectionReason.HOLDER_MISMATCH,
    RejectionReason.CARD_MISMATCH,
    RejectionReason.NUMBER_UNKNOWN,
    RejectionReason.INCOMPLETE,
    RejectionReason.UNRECOGNISED,
}
DONOR_CHANGED = {"held_evidence_attached", "by_hand"}
"""After these the donor's own books are others, as its desk or a person has said."""


def compared(request: RequestPortIn) -> tuple[object, ...]:
    """What a donor looks at (porting-es 3.8): the card of a prepaid line, the document else."""
    key = request.donor_iccid if request.prepaid else request.holder.document
    return request.number, request.donor, request.prepaid, key


@dataclass
class Story:
    """A line whose donor always gives the same reason, and everybody else does his part."""

    process: ProcessType[Line]
    rules: PortingProfile
    cause: Any  # Rejection
    desk: str
    state: Line
    at: Moment = MONDAY

    def __post_init__(self) -> None:
        self.said: list[object] = []  # requests and facts, as they came
        self.timers: dict[str, Moment] = {}

    def hear(self, message: object) -> Refusal | None:
        step = advance(self.process, self.state, message, self.at)
        if isinstance(step, Refusal):
            return step
        assert isinstance(step, Step)
        self.state = step.state
        self.said += step.decision.facts
        self.said += [
            tell.message for tell in step.decision.tells if isinstance(tell.message, RequestPortIn)
        ]
        for timer in step.decision.timers:
            self.timers.pop(timer.name, None)
            if timer.due is not None:
                self.timers[timer.name] = timer.due
        return None

    def play(self, window: Window) -> Story:
        for _ in range(STEPS_MAX):
            if self.state.phase is Phase.ASKED:
                self.hear(self.rejected())
            elif not self.state.against and self.state.phase is Phase.WAITING:
                self.hear(AskPort(window=window))
            elif self.desk and self.timers.get("desk_due"):
                answer = DeskAnswered(topic="holder_check", verdict=self.desk, at=self.at)
                self.hear(answer)
                self.timers.pop("desk_due", None)
            elif not self._time_passes():
                break
        return self

    def rejected(self) -> Heard:
        fact = PortInRejected(
            number=M2,
            code=self.cause.code,
            reason=self.cause.reason,
            who_acts=self.cause.who_acts,
            resubmit=self.cause.resubmit,
            witness=Witness.MAILBOX,
        )
        return Heard(source=f"R1/port/M2/{self.state.attempt}", fact=fact)

    def _time_passes(self) -> bool:
        if not self.timers:
            return False
        name = min(self.timers, key=lambda each: self.timers[each])
        self.at = max(self.at, self.timers.pop(name))
        self.hear(TimerFired(name=name))
        return True


@pytest.fixture(scope="module")
def rules() -> PortingProfile:
    return load_book().on("es", date(2019, 1, 14))


def causes(rules: PortingProfile) -> Iterator[Any]:
    known = {
        rules.rejection(HubKind.MOBILE, code).reason: rules.rejection(HubKind.MOBILE, code)
        for code in (
            "RECH_IDENT",
            "RECH_ICCID",
            "RECH_BNUME",
            "RECH_PERDI",
            "RECH_FMAYO",
            "RECH_NORES",
            "ODD",
        )
    }
    for reason in RejectionReason:
        template = known[RejectionReason.UNRECOGNISED]
        yield known.get(reason, replace(template, reason=reason))


@pytest.fixture(scope="module")
def begun(rules: PortingProfile, customer: Party) -> Callable[..., Story]:
    process = line_process(load_book().pinned)

    def story(cause: Any, desk: str, *, iccid: Iccid | None = None, prepaid: bool = False) -> Story:
        held = HeldLine(
            id="M2",
            kind=LineKind.MOBILE,
            number=M2,
            donor="altamar",
            donor_iccid=iccid,
            prepaid=prepaid,
        )
        begins = Story(process, rules, cause, desk, process.blank("R1/line/M2"))
        begins.hear(
            PrepareLine(
                line=held,
                customer=customer,
                recipient="brisa",
                sim=SimKind.CARD,
                rules=rules.code,
                consent_at=MONDAY,
            )
        )
        return begins

    return story


@pytest.fixture(scope="module")
def window(rules: PortingProfile) -> Window:
    return rules.window_on(HubKind.MOBILE, date(2019, 1, 30))


@pytest.mark.parametrize("reason", list(RejectionReason))
@pytest.mark.parametrize("desk", ["", "as_given", "refused"])
@pytest.mark.parametrize(("iccid", "prepaid"), [(None, False), (CARD, False), (CARD, True)])
def test_no_request_is_made_twice_unchanged(
    begun: Callable[..., Story],
    rules: PortingProfile,
    window: Window,
    reason: RejectionReason,
    desk: str,
    iccid: Iccid | None,
    prepaid: bool,
) -> None:
    cause = next(each for each in causes(rules) if each.reason is reason)
    story = begun(cause, desk, iccid=iccid, prepaid=prepaid).play(window)
    refused: set[tuple[object, ...]] = set()
    for each in story.said:
        if isinstance(each, LineMended) and each.how in DONOR_CHANGED:
            refused.clear()
        if isinstance(each, RequestPortIn):
            assert compared(each) not in refused, f"{reason}: the same request again"
            if reason in STATED:
                refused.add(compared(each))
    requests = sum(isinstance(each, RequestPortIn) for each in story.said)
    assert 1 <= requests <= 6
    assert story.state.against, "in the end it is a person's, and stays so"
    stuck = [each for each in story.said if isinstance(each, LineStuck)]
    papers = [each.why for each in stuck if each.who == "customer" and each.why != reason]
    assert len(papers) == len(set(papers)), "nothing is asked of the customer twice"


def story_of(
    begun: Callable[..., Story], rules: PortingProfile, code: str, desk: str = "", **line: Any
) -> Story:
    return begun(rules.rejection(HubKind.MOBILE, code), desk, **line)


def test_a_prepaid_line_asked_for_as_one_with_a_contract_is_asked_for_by_its_card(
    begun: Callable[..., Story], rules: PortingProfile, window: Window
) -> None:
    story = story_of(begun, rules, "RECH_ICCID", iccid=CARD).play(window)
    first, second, *_ = [each for each in story.said if isinstance(each, RequestPortIn)]
    assert (first.prepaid, second.prepaid, second.donor_iccid) == (False, True, CARD)
    (corrected, *_) = [each for each in story.said if isinstance(each, LineCorrected)]
    assert (corrected.by, corrected.prepaid) == ("rule", True)


@pytest.mark.parametrize(
    ("code", "paper"),
    [("RECH_IDENT", "last_invoice"), ("RECH_BNUME", "last_invoice"), ("RECH_ICCID", "card_photo")],
)
def test_the_customer_is_asked_last_once_and_between_half_past_eleven_and_half_past_five(
    begun: Callable[..., Story], rules: PortingProfile, window: Window, code: str, paper: str
) -> None:
    story = story_of(begun, rules, code, "refused").play(window)
    asked = [each.why for each in story.said if isinstance(each, LineStuck)]
    assert asked == [paper]
    local = rules.calendar(HubKind.MOBILE).local(story.at).strftime("%H:%M")
    assert "11:30" <= local < "17:30"


def test_silence_of_the_donor_is_asked_again_without_asking_anybody(
    begun: Callable[..., Story], rules: PortingProfile, window: Window
) -> None:
    story = story_of(begun, rules, "RECH_NORES")
    story.hear(AskPort(window=window))
    story.hear(story.rejected())
    assert [each.how for each in story.said if isinstance(each, LineMended)] == ["asked_again"]
    assert not any(isinstance(each, LineStuck) for each in story.said)


def test_a_person_corrects_what_the_donor_compares_or_says_what_has_changed(
    begun: Callable[..., Story], rules: PortingProfile, window: Window, customer: Party
) -> None:
    story = story_of(begun, rules, "RECH_IDENT", "refused").play(window)
    nothing = story.hear(MendLine(by="ana", how=" ", holder=customer.holder))
    assert isinstance(nothing, Refusal)
    assert nothing.reason == Reason.NOTHING_CHANGED
    other = replace(customer.holder, name="Cierzo Taller S.L.")
    assert story.hear(MendLine(by="ana", how="", holder=other)) is None
    story.hear(AskPort(window=window))
    request = story.said[-1]
    assert isinstance(request, RequestPortIn)
    assert request.holder == other

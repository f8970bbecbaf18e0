"""One case, one owner, a next word by a set time, and a ladder that needs no luck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.activation.activation.messages import (
    Capability,
    CapabilityLost,
    LifeSignBack,
    LifeSignLost,
    LineWorks,
    ProvisioningFailed,
    RecordRestored,
    RecordVanished,
)
from relevo.care.case.decider import case_process
from relevo.care.case.messages import (
    CaseEscalated,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    EndTrouble,
    EvidenceStored,
    KeepCallBack,
    NextUpdateMet,
    NextUpdateSet,
    PromiseCallBack,
    StoreEvidence,
    TroubleAdded,
    TroubleEnded,
)
from relevo.engine.process import Heard, Refusal, Step, TimerFired, advance
from relevo.notices.voice.messages import (
    CaseKnown,
    CustomerSaid,
    EvidenceKnown,
    MessageSent,
    SayUpdate,
)
from relevo.orders.order.messages import (
    Choice,
    GroupResumed,
    HeldLine,
    LineKind,
    NumberDecided,
    OrderAccepted,
    OrderClosed,
    OrderStuck,
    Party,
    SimKind,
)
from relevo.porting.recovery.messages import NumberCut
from relevo.profiles.es.care import rights
from relevo.promises.promise.messages import (
    KeepPromise,
    MakePromise,
    PromiseBroken,
    ReleasePromise,
)
from relevo.sims.dispatch.messages import CardInHand, ParcelTroubled
from relevo.values.address import Address
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import Iccid

ORDER = "R7K2M9QX"
M2 = Msisdn("+34600000102")
T0 = datetime(2019, 1, 14, 13, 15, tzinfo=UTC)
PROCESS = case_process(lambda code: rights())

ACCEPTED = OrderAccepted(
    customer=Party(
        holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), True),
        language="es",
        email="hola@cierzo.example",
        contact=Msisdn("+34976000100"),
        address=Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza"),
    ),
    recipient="brisa",
    lines=(HeldLine(id="M2", kind=LineKind.MOBILE, number=M2, donor="altamar"),),
    moving=("M2",),
    sim=SimKind.CARD,
    wish=None,
    rules="es@2012-06-01",
    consent_at=T0,
)
LOST = LifeSignLost(subject=M2, line="M2", serving="altamar", at_donor=True, last_good_at=T0, at=T0)
BACK = LifeSignBack(
    subject=M2, line="M2", serving="altamar", at_donor=True, dead_from=T0, dead_until=T0
)
PARCEL = ParcelTroubled(
    number=M2, line="M2", tracking_code="RA1", reason="bad_label", action="relabel", at=T0
)
IN_HAND = CardInHand(
    number=M2, line="M2", iccid=Iccid("8934071100000000012"), at=T0, proof="pin:4817"
)
PARTIAL = CapabilityLost(subject=M2, line="M2", capability=Capability.DATA, except_from=(), at=T0)
WORKS = LineWorks(subject=M2, line="M2", at=T0)

UNDECIDED = OrderStuck(line="M2", why="number_undecided")


def sent(topic: str) -> MessageSent:
    return MessageSent(
        message_key="k",
        channel="sms",
        to="",
        topic=topic,
        subjects=(),
        subject_line="",
        text="",
        claims=(),
        at=T0,
    )


class Desk:
    """A case with a clock."""

    def __init__(self) -> None:
        self.state = PROCESS.blank(f"{ORDER}/case")
        self.at = T0
        self.facts: list[Any] = []
        self.tells: list[Any] = []
        self.timers: dict[str, datetime] = {}
        self.hear(ACCEPTED, "")

    def hear(self, fact: Any, path: str = "/activation/M2") -> None:
        self.tell(Heard(source=f"{ORDER}{path}", fact=fact))

    def tell(self, message: Any) -> Refusal | None:
        step = advance(PROCESS, self.state, message, self.at)
        if isinstance(step, Refusal):
            return step
        self.state = step.state
        self.facts += step.decision.facts
        self.tells += [tell.message for tell in step.decision.tells]
        for timer in step.decision.timers:
            self.timers.pop(timer.name, None)
            if timer.due is not None:
                self.timers[timer.name] = timer.due
        return None

    def wait(self, **span: int) -> None:
        end = self.at + timedelta(**span)
        while due := [(at, name) for name, at in self.timers.items() if at <= end]:
            at, name = min(due)
            del self.timers[name]
            self.at = max(self.at, at)
            self.tell(TimerFired(name=name))
        self.at = end

    def of(self, kind: type) -> list[Any]:
        return [each for each in (*self.facts, *self.tells) if isinstance(each, kind)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_trouble_opens_a_case_with_a_key_an_owner_and_a_next_update_in_two_hours(
    desk: Desk,
) -> None:
    desk.hear(LOST)
    (opened,) = desk.of(CaseOpened)
    assert opened.key.startswith("PT-")
    assert opened.owner in rights().names
    (promise,) = desk.of(MakePromise)
    assert (promise.what, promise.due) == ("next_update", T0 + timedelta(hours=2))
    assert desk.of(CaseKnown)[-1].next_update == promise.due


def test_a_second_trouble_joins_the_same_case(desk: Desk) -> None:
    desk.hear(LOST)
    desk.hear(PARCEL, "/card/M2/1")
    desk.hear(PARCEL, "/card/M2/1")
    assert len(desk.of(CaseOpened)) == 1
    assert len(desk.of(TroubleAdded)) == 2


def test_the_case_is_resolved_with_its_last_trouble_and_comes_back_to_the_same_owner(
    desk: Desk,
) -> None:
    desk.hear(LOST)
    desk.hear(PARCEL, "/card/M2/1")
    desk.hear(BACK)
    assert not desk.of(CaseResolved)
    desk.hear(IN_HAND, "/card/M2/1")
    assert desk.of(CaseResolved)
    desk.hear(LOST)
    (again,) = desk.of(CaseReopened)
    assert again.owner == desk.of(CaseOpened)[0].owner


def test_the_next_update_is_said_ahead_of_time_and_kept_by_the_message(desk: Desk) -> None:
    desk.hear(LOST)
    desk.hear(sent("number_dead"), "/voice")
    desk.wait(hours=1, minutes=49)
    assert not desk.of(SayUpdate)
    desk.wait(minutes=2)
    (said,) = desk.of(SayUpdate)
    first, following = desk.of(NextUpdateSet)
    assert said.next_update == following.due > first.due
    desk.hear(sent("update"), "/voice")
    assert [met.promise for met in desk.of(NextUpdateMet)] == [first.promise]
    assert len(desk.of(KeepPromise)) == 1


def test_the_message_that_it_is_over_keeps_the_promise_too(desk: Desk) -> None:
    desk.hear(LOST)
    desk.hear(sent("number_dead"), "/voice")
    desk.hear(BACK)
    desk.hear(sent("number_back"), "/voice")
    desk.wait(days=2)
    assert len(desk.of(KeepPromise)) == 1
    assert not desk.of(SayUpdate)


def test_what_was_promised_but_never_told_is_let_go_with_the_trouble(desk: Desk) -> None:
    desk.hear(PARTIAL)
    desk.hear(WORKS)
    assert desk.of(ReleasePromise)
    desk.wait(days=2)
    assert not desk.of(SayUpdate)


def test_an_order_that_stands_still_is_never_silent_however_long_it_takes(desk: Desk) -> None:
    desk.hear(UNDECIDED, "")
    for said in range(1, 4):
        desk.wait(days=1)
        assert len(desk.of(SayUpdate)) == said
        desk.hear(sent("update"), "/voice")
        assert desk.of(SayUpdate)[-1].next_update == desk.state.next_update
        assert [each.told for each in desk.state.updates] == [True]
    assert len(desk.of(NextUpdateMet)) == 2  # all but the first, which was not announced


@pytest.mark.parametrize(
    "going_on",
    [
        NumberDecided(line="M2", choice=Choice.KEEP, by="customer", channel="sms"),
        GroupResumed(lines=("M1", "M2"), by="ana", why="the donor agrees"),
    ],
    ids=["decided", "resumed"],
)
def test_an_order_that_goes_on_again_is_no_case_any_more(desk: Desk, going_on: Any) -> None:
    desk.hear(UNDECIDED, "")
    desk.hear(GroupResumed(lines=("F",), by="ana", why="another group"), "")
    assert not desk.of(CaseResolved)
    desk.hear(going_on, "")
    assert desk.of(CaseResolved)
    desk.wait(days=2)
    assert not desk.of(SayUpdate)


def test_the_ladder_climbs_by_the_clock_until_the_trouble_is_over(desk: Desk) -> None:
    desk.hear(LOST)
    desk.wait(hours=5)
    assert [(each.level, each.role) for each in desk.of(CaseEscalated)] == [
        (1, "port_desk"),
        (2, "counterpart_desk"),
        (3, "duty_manager"),
    ]
    desk.hear(BACK)
    desk.wait(days=3)
    assert len(desk.of(CaseEscalated)) == 3


def test_a_broken_promise_goes_to_the_duty_manager_and_gets_a_new_one(desk: Desk) -> None:
    due = T0 + timedelta(hours=2)
    desk.tell(PromiseCallBack(promise_id="1", due=due, by="Sergio"))
    desk.tell(PromiseCallBack(promise_id="1", due=due, by="Sergio"))
    (made,) = desk.of(MakePromise)
    assert (made.what, made.owner) == ("call_back", "Sergio")
    broken = PromiseBroken(what="call_back", due=due, owner="Sergio")
    desk.hear(broken, "/promise/call_back/1")
    (escalated,) = desk.of(CaseEscalated)
    assert escalated.role == "duty_manager"
    renewed = desk.of(MakePromise)[-1]
    assert (renewed.what, renewed.owner) == ("next_update", desk.state.owner)
    desk.hear(sent("promise_broken"), "/voice")
    desk.wait(hours=2)
    assert desk.of(SayUpdate)[-1].next_update is None
    desk.hear(sent("update"), "/voice")
    assert desk.of(CaseResolved)


def test_a_call_that_was_made_is_kept(desk: Desk) -> None:
    desk.tell(PromiseCallBack(promise_id="1", due=T0 + timedelta(hours=2), by="Marta"))
    assert desk.tell(KeepCallBack(promise_id="1", by="Marta")) is None
    assert desk.of(KeepPromise)
    refused = desk.tell(KeepCallBack(promise_id="2", by="Marta"))
    assert refused is not None
    assert refused.reason == "no_such_promise"


def test_a_complaint_opens_a_case_and_is_over_when_it_is_answered(desk: Desk) -> None:
    said = CustomerSaid(
        message_id="1", channel="call", text="No me llaman", at=T0, minutes=6, answers="", choice=""
    )
    desk.hear(said, "/voice")
    assert desk.of(CaseOpened)[0].cause == "complaint"
    desk.hear(sent("reply"), "/voice")
    assert desk.of(CaseResolved)


@pytest.mark.parametrize("text", ["SI", "no", "Gracias."])
def test_an_answer_is_no_complaint(desk: Desk, text: str) -> None:
    said = CustomerSaid(
        message_id="1", channel="sms", text=text, at=T0, minutes=0, answers="", choice=""
    )
    desk.hear(said, "/voice")
    assert not desk.of(CaseOpened)


def test_a_provisioning_that_fails_once_is_no_case_yet(desk: Desk) -> None:
    for attempt in (1, 2):
        assert not desk.of(CaseOpened)
        desk.hear(ProvisioningFailed(subject=M2, line="M2", reason="timeout", attempt=attempt))
    assert desk.of(CaseOpened)


def test_a_record_that_is_put_back_costs_the_customer_no_message(desk: Desk) -> None:
    desk.hear(RecordVanished(subject=M2, line="M2", at=T0))
    desk.hear(RecordRestored(subject=M2, line="M2", at=T0))
    assert desk.of(CaseResolved)
    assert not desk.of(MakePromise)


def test_evidence_is_stored_once_with_time_source_and_hash_and_the_voice_knows(
    desk: Desk,
) -> None:
    cut = NumberCut(number=M2, donor="altamar", order=ORDER, line="M2", at=T0, held_until=T0)
    desk.hear(cut, "/recovery/M2/1")
    desk.hear(cut, "/recovery/M2/1")
    handed_in = StoreEvidence(item="bill", subject=M2, at=T0, source="customer", sha256="ab")
    desk.tell(handed_in)
    stored = [each.evidence for each in desk.of(EvidenceStored)]
    assert len({(each.item, each.subject) for each in stored}) == len(stored)
    assert {"identity_document", "consent", "termination_notice"} <= {e.item for e in stored}
    assert all(len(each.sha256) == 64 and each.source for each in stored)
    assert len(desk.of(EvidenceKnown)) == len(stored)


def test_nobody_ends_a_dead_number_by_hand(desk: Desk) -> None:
    desk.hear(LOST)
    refused = desk.tell(EndTrouble(kind="number_dead", subject="M2", by="Sergio", why="ok"))
    assert refused is not None
    desk.hear(PARCEL, "/card/M2/1")
    ended = EndTrouble(kind="parcel_troubled", subject="M2", by="Marta", why="handed over")
    assert desk.tell(ended) is None
    assert desk.of(TroubleEnded)[0].how == "Marta: handed over"


WORDS: tuple[Any, ...] = (
    Heard(source=ORDER, fact=ACCEPTED),
    Heard(source=f"{ORDER}/activation/M2", fact=LOST),
    Heard(source=f"{ORDER}/activation/M2", fact=BACK),
    Heard(source=f"{ORDER}/card/M2/1", fact=PARCEL),
    Heard(source=ORDER, fact=OrderClosed(lines=("M2",))),
    Heard(
        source=f"{ORDER}/promise/next_update/1",
        fact=PromiseBroken(what="next_update", due=T0, owner="Marta"),
    ),
    Heard(source=f"{ORDER}/voice", fact=sent("number_dead")),
    Heard(source=f"{ORDER}/voice", fact=sent("update")),
    PromiseCallBack(promise_id="1", due=T0, by="Sergio"),
    KeepCallBack(promise_id="1", by="Sergio"),
    EndTrouble(kind="parcel_troubled", subject="M2", by="Marta", why="done"),
    TimerFired(name="next_update"),
    TimerFired(name="escalation"),
    "not a message at all",
)


@settings(max_examples=80)
@given(st.lists(st.sampled_from(WORDS), max_size=16))
def test_any_words_in_any_order_are_taken_without_harm(words: list[Any]) -> None:
    state = PROCESS.blank(f"{ORDER}/case")
    at = T0
    for word in words:
        at += timedelta(minutes=35)
        step = advance(PROCESS, state, word, at)
        assert step == advance(PROCESS, state, word, at)
        state = step.state if isinstance(step, Step) else state

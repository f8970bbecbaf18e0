"""The cease interlock: no number is ceased while anybody is undecided about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.customers.served import Reader, ServedLine, ServedStatus
from relevo.engine.process import Heard, TimerFired, advance
from relevo.notices.letter.decider import letter_process
from relevo.notices.queries import read_letters
from relevo.porting.cease.messages import AskCease, CeaseHeld, DecideCease, ServiceRead, TiesFound
from relevo.porting.cease.model import Stance, Tie, TieKind
from relevo.porting.profile import HubKind, PortingProfile
from relevo.testing.vocabulary.cast import CONTACT, MAIN_NUMBER, RULES
from relevo.testing.vocabulary.donor import HANGING_NUMBER, served
from relevo.testing.vocabulary.letters import (
    BOTH,
    BY_SMS,
    NOWHERE,
    SOURCE,
    TIES,
    WISH,
    ceased,
    consequences,
)
from relevo.values.moment import instant

AT = "2019-01-14T10:00:00+01:00"
NIGHT = "2019-01-14T23:30:00+01:00"
ORDER_CUSTOMER = Reader(name="Eva", language="en", email="eva@example.org")
UNDECIDED = Tie(kind=TieKind.ORDER, name="R7K2QW9M", stance=Stance.UNDECIDED, reader=ORDER_CUSTOMER)
ASKED_FOR = Tie(kind=TieKind.PORT_OUT, name="90290111190114083000017", stance=Stance.MOVING)
HANGS = Tie(kind=TieKind.DEPENDANT, name=HANGING_NUMBER, stance=Stance.UNDECIDED)


def wish(**changed: Any) -> AskCease:
    given: dict[str, Any] = {
        "number": MAIN_NUMBER,
        "operator": "altamar",
        "by": "billing",
        "why": "the contract ended",
        "rules": RULES,
        "hub": HubKind.MOBILE,
    }
    return AskCease(**{**given, **changed})


def found(*ties: Tie, line: ServedLine | None = None) -> TiesFound:
    return TiesFound(served=line or served(MAIN_NUMBER), ties=ties)


def checked(cease: Any, *ties: Tie) -> Any:
    cease.when(wish(), AT)
    cease.when(TimerFired(name="due"), AT)
    return cease.when(found(*ties), AT)


def test_nothing_is_stopped_before_it_was_looked_up(cease: Any) -> None:
    cease.when(wish(), AT)
    assert cease.when(TimerFired(name="due"), AT).names == ["CeaseChecked", "LookUpTies"]
    assert cease.when(found(), AT).names == ["CeaseStarted", "StopService"]


@pytest.mark.parametrize("tie", [UNDECIDED, ASKED_FOR, HANGS])
def test_whatever_is_undecided_holds_it(cease: Any, tie: Tie) -> None:
    assert checked(cease, tie).names == ["CeaseHeld"]
    assert "recheck" in cease.timers
    assert cease.when(TimerFired(name="recheck"), AT).names == ["LookUpTies"]
    assert cease.when(found(tie), AT).names == []  # said once
    assert cease.when(found(), AT).names == ["CeaseStarted", "StopService"]


def test_both_sides_are_told_that_it_is_held(cease: Any) -> None:
    asker = Reader(name="Billing", language="es", email="billing@example.org")
    cease.when(wish(reply_to=asker), AT)
    cease.when(TimerFired(name="due"), AT)
    held = cease.when(found(UNDECIDED), AT).fact(CeaseHeld)
    assert [reader.name for reader in held.readers] == ["Taller Cierzo S.L.", "Eva", "Billing"]
    assert held.readers[0].contact == CONTACT


def test_a_customer_who_keeps_his_number_keeps_it(cease: Any) -> None:
    keeps = Tie(kind=TieKind.ORDER, name="R7K2QW9M", stance=Stance.KEEPS)
    checked(cease, UNDECIDED)
    cease.when(found(keeps), AT)
    (dropped,) = cease.last.facts
    assert dropped.why == "customer_keeps"
    assert len(dropped.readers) == 2  # who heard that it is held hears that it is off


def test_a_person_can_decide_over_what_hangs_on_it_but_not_over_an_order(cease: Any) -> None:
    checked(cease, HANGS, UNDECIDED)
    go = DecideCease(ceases=True, by="ana", why="the customer called")
    assert cease.when(go, AT).names == ["CeaseDecided", "LookUpTies"]
    assert cease.when(found(HANGS, UNDECIDED), AT).names == ["CeaseHeld"]
    assert cease.when(found(HANGS), AT).names == ["CeaseStarted", "StopService"]


def test_a_number_that_left_meanwhile_is_not_ceased(cease: Any) -> None:
    checked(cease, ASKED_FOR)
    gone = found(line=served(MAIN_NUMBER, status=ServedStatus.GONE))
    assert cease.when(gone, AT).last.facts[0].why == "not_served"


def test_it_is_ceased_when_the_network_has_let_go_and_its_hold_begins(cease: Any) -> None:
    checked(cease)
    on = ServiceRead(number=MAIN_NUMBER, is_served=True, at=instant(AT))
    assert cease.when(on, AT).names == ["StopService"]
    off = ServiceRead(number=MAIN_NUMBER, is_served=False, at=instant(AT))
    (done,) = cease.when(off, AT).last.facts
    assert done.held_until == instant("2019-02-14T10:00:00+01:00")
    assert done.is_portable is False  # our own range, by the edition of 2012


def test_a_wish_without_a_name_or_a_reason_is_refused(cease: Any) -> None:
    cease.when(wish(by=" "), AT)
    assert cease.refusal is not None
    assert cease.refusal.reason == "name_missing"


# -- the letters ------------------------------------------------------------------------------


def written(book: Callable[[str], PortingProfile], fact: Any, at: str = AT) -> Any:
    process = letter_process(read_letters(), book)
    step = advance(process, process.blank("x/letter"), Heard(source=SOURCE, fact=fact), instant(at))
    return getattr(step, "decision", None)


@pytest.mark.parametrize("reader", [BOTH, BY_SMS], ids=["es", "en"])
def test_the_letter_says_what_ends_and_until_when_something_can_be_done(
    book: Callable[[str], PortingProfile], reader: Reader
) -> None:
    (sent,) = written(book, consequences(reader)).effects
    for said in ("600 000 101", "600 000 102", "MultiSIM", "16", "15", "10:00"):
        assert said in sent.text
    assert (sent.channel, sent.sender) == ("email" if reader.email else "sms", "altamar")


def test_a_letter_that_comes_too_late_to_cancel_does_not_say_that_one_can(
    book: Callable[[str], PortingProfile],
) -> None:
    (sent,) = written(book, consequences(BOTH, late=True)).effects
    assert "anularlo" not in sent.text


@pytest.mark.parametrize(
    "fact",
    [
        consequences(BOTH),
        consequences(BY_SMS),
        CeaseHeld(wish=WISH, ties=TIES, readers=(BOTH, BY_SMS)),
        ceased((BOTH, BY_SMS)),
        ceased((BOTH, BY_SMS), is_portable=False),
    ],
    ids=["leaves_es", "leaves_en", "held", "ceased", "ceased_for_good"],
)
def test_every_letter_passes_the_check_before_sending(
    book: Callable[[str], PortingProfile], fact: Any
) -> None:
    decision = written(book, fact)
    assert [type(each).__name__ for each in decision.facts] == ["LettersWritten", "LettersSent"]
    assert all("{" not in each.text for each in decision.effects)


def test_nobody_is_woken_by_a_letter(book: Callable[[str], PortingProfile]) -> None:
    decision = written(book, consequences(BOTH), NIGHT)
    assert decision.effects == ()
    (timer,) = decision.timers
    assert timer.due == instant("2019-01-15T08:00:00+01:00")


def test_who_has_no_address_gets_no_letter(book: Callable[[str], PortingProfile]) -> None:
    assert written(book, consequences(NOWHERE)).facts == ()

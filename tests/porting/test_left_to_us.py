"""Where the hub does little by itself: checks later, ends no silence, moves no number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.engine.process import Decision, EffectParked, ProcessType, Refusal, TimerFired, advance
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_in.messages import (
    CancelPortIn,
    HubAccepted,
    HubDeclined,
    HubState,
    PerformPort,
    PortInConfirmed,
    PortInRejected,
    PortInUnrecognised,
    PortStateSeen,
    QueryPort,
    RequestPortIn,
    Witness,
)
from relevo.porting.port_in.model import PortIn
from relevo.porting.profile import HubKind, PortingProfile
from relevo.profiles.es import profile as spanish
from relevo.profiles.nl import editions
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

RULES: dict[str, PortingProfile] = {each.rules.code: each.rules for each in spanish()}
RULES |= editions()
NL, ES = "nl@2022-02-01", "es@2022-06-30"
NUMBER = {NL: Msisdn("+31612345678"), ES: Msisdn("+34600000102")}
ASKED, ANSWERED = instant("2026-06-01T09:00:00+02:00"), instant("2026-06-01T15:00:00+02:00")
REFERENCE = "XBRIS-AAAABBBB"


class Talk:
    """A port-in, spoken to step by step."""

    def __init__(self, rules: str = NL) -> None:
        self.process: ProcessType[PortIn] = port_in_process(RULES.__getitem__)
        self.state: Any = self.process.blank("R7/port/M1/1")
        self.last = Decision()
        self.window = RULES[rules].default_window(HubKind.MOBILE, ASKED)
        self.say(_request(rules), ASKED)
        due = RULES[rules].reply_due(HubKind.MOBILE, ASKED)
        accepted = HubAccepted(reference=REFERENCE, donor="", window=self.window, reply_due=due)
        self.say(accepted, ASKED)

    def say(self, message: object, at: Moment) -> Talk:
        step = advance(self.process, self.state, message, at)
        assert not isinstance(step, Refusal)
        self.state, self.last = step.state, step.decision
        return self

    def confirmed(self, **more: Any) -> Talk:
        return self.say(_seen(HubState.CONFIRMED, **more), ANSWERED)

    @property
    def at_window(self) -> Talk:
        return self.say(TimerFired(name="window_opens"), self.state.standing.window.opens)

    @property
    def does(self) -> list[type]:
        return [type(each) for each in self.last.effects]


def _request(rules: str) -> RequestPortIn:
    return RequestPortIn(
        number=NUMBER[rules],
        hub=HubKind.MOBILE,
        donor="altamar",
        recipient="brisa",
        holder=Holder("Van Dijk", Document(DocumentType.PAS, "SPECI2014"), business=False),
        order="R7",
        line="M1",
        rules=rules,
        consent_at=ASKED,
    )


def _seen(state: HubState, **more: Any) -> PortStateSeen:
    return PortStateSeen(
        reference=REFERENCE, state=state, witness=Witness.MAILBOX, at=ANSWERED, **more
    )


def test_a_confirmed_number_is_moved_by_us_when_its_window_opens() -> None:
    talk = Talk().confirmed().at_window
    assert talk.does == [PerformPort]
    (perform,) = talk.last.effects
    assert (perform.reference, perform.donor, perform.number) == (REFERENCE, "altamar", NUMBER[NL])


def test_where_the_hub_moves_numbers_we_only_look() -> None:
    assert Talk(ES).confirmed().at_window.does == [QueryPort]


@pytest.mark.parametrize(
    "before",
    [
        lambda talk: talk,
        lambda talk: talk.confirmed().say(CancelPortIn(why="customer"), ANSWERED),
    ],
    ids=["not answered", "taken back"],
)
def test_nothing_moves_that_was_not_confirmed_or_is_taken_back(
    before: Callable[[Talk], Talk],
) -> None:
    assert PerformPort not in before(Talk()).at_window.does


def test_a_move_that_did_not_get_through_is_said_again_and_told_to_somebody_once() -> None:
    talk = Talk().confirmed().at_window
    parked = EffectParked(effect_id="e", effect="porting.perform_port", reason="away")
    talk.say(parked, talk.window.opens)
    assert [type(fact) for fact in talk.last.facts] == [PortInUnrecognised]
    assert talk.at_window.does == [PerformPort]
    talk.say(parked, talk.window.opens)
    assert talk.last.facts == ()


@pytest.mark.parametrize(
    ("first", "opens"),
    [
        ("2026-06-01T15:00:00+02:00", "2026-06-03T10:00:00+02:00"),  # it changes nothing
        ("2026-06-12T10:00:00+02:00", "2026-06-12T10:00:00+02:00"),
        ("2026-06-12T10:00:01+02:00", "2026-06-15T10:00:00+02:00"),  # over the week-end
    ],
)
def test_the_window_is_the_first_that_is_not_before_the_donors_date(first: str, opens: str) -> None:
    talk = Talk().confirmed(not_before=instant(first))
    (fact,) = talk.last.facts
    assert isinstance(fact, PortInConfirmed)
    assert fact.window.opens == instant(opens)
    talk.confirmed(not_before=instant(first))
    assert talk.last.facts == (), "the same news once more are no news"


def test_a_no_that_comes_later_ends_the_request_only_where_hubs_check_later() -> None:
    no = HubDeclined(code="9002", text="not served", of="request")
    assert PortInRejected in {type(fact) for fact in Talk().say(no, ANSWERED).last.facts}
    assert Talk(ES).say(no, ANSWERED).last.facts == ()

"""One line: its port, its card, its recovery; and that it never loses its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from relevo.activation.activation.messages import (
    ActivateLine,
    CapabilityLost,
    LifeSignBack,
    LifeSignLost,
    LineWorks,
    MoveExpected,
    ReserveLine,
    WatchLine,
    WithdrawLine,
)
from relevo.activation.ladder import Capability
from relevo.engine.process import (
    Decision,
    Heard,
    ProcessType,
    Refusal,
    Step,
    TimerFired,
    advance,
)
from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.orders.line.decider import line_process
from relevo.orders.line.messages import (
    AskPort,
    LineAlive,
    LineCardDelayed,
    LineCardReady,
    LineConfirmed,
    LineDead,
    LineGoingBack,
    LineImpaired,
    LineLive,
    LineMended,
    LineMoved,
    LineNotTakenBack,
    LinePortAsked,
    LinePortFailed,
    LineStuck,
    LineTakenBack,
    LineTakenOut,
    MendLine,
    PrepareLine,
    TakeLineOut,
    TakePortBack,
    WatchHeldLine,
)
from relevo.orders.line.model import Line, Phase
from relevo.porting.port_in.messages import (
    CancellationMissed,
    CancelPortIn,
    DonorCorrected,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInRejected,
    RequestPortIn,
    Witness,
)
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.porting.recovery.messages import (
    AskDonorDesk,
    DeskAnswered,
    NumberHasMoved,
    NumberSeenAlive,
    RecoverNumber,
)
from relevo.sims.dispatch.messages import (
    CardInHand,
    DispatchCard,
    ParcelTroubled,
    StopDispatch,
)
from relevo.sims.esim.messages import EsimFailed, EsimInstalled, IssueEsim
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid, parse_iccid

Book = Callable[[str], PortingProfile]
ID = "R1/line/M2"
M2 = Msisdn("+34600000102")
MONDAY = instant("2019-01-14T10:00:00+01:00")
TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)
ESIM = Iccid("8934902000000000025")


@pytest.fixture(scope="module")
def process(book: Book) -> ProcessType[Line]:
    return line_process(book)


@pytest.fixture(scope="module")
def window(rules: PortingProfile) -> Window:
    return rules.window_on(HubKind.MOBILE, date(2019, 1, 18))


def held(kind: LineKind = LineKind.MOBILE, number: Msisdn | None = M2) -> HeldLine:
    return HeldLine(id="M2", kind=kind, number=number, donor="altamar", depends_on="M1")


@pytest.fixture(scope="module")
def prepare(customer: Party, rules: PortingProfile) -> Callable[..., PrepareLine]:
    def prepared(line: HeldLine | None = None, sim: SimKind = SimKind.CARD) -> PrepareLine:
        return PrepareLine(
            line=line or held(),
            customer=customer,
            recipient="brisa",
            sim=sim,
            rules=rules.code,
            consent_at=MONDAY,
        )

    return prepared


class Case:
    """A line and what it said, step by step."""

    def __init__(self, process: ProcessType[Line]) -> None:
        self.process = process
        self.state = process.blank(ID)
        self.said = Decision()

    def when(self, message: object, at: Moment = MONDAY) -> Case:
        step = advance(self.process, self.state, message, at)
        assert isinstance(step, Step), step
        self.state, self.said = step.state, step.decision
        return self

    def hears(self, fact: object, at: Moment = MONDAY, *, source: str = "R1/port/M2/1") -> Case:
        return self.when(Heard(source=source, fact=fact), at)

    def facts(self) -> list[type]:
        return [type(fact) for fact in self.said.facts]

    def told(self, kind: type) -> Any:
        return next((tell for tell in self.said.tells if isinstance(tell.message, kind)), None)

    def timer(self, name: str) -> Moment | None:
        return next((timer.due for timer in self.said.timers if timer.name == name), None)


@pytest.fixture
def line(process: ProcessType[Line], prepare: Callable[..., PrepareLine]) -> Case:
    return Case(process).when(prepare())


@pytest.fixture
def asked(line: Case, window: Window) -> Case:
    return line.when(AskPort(window=window))


@pytest.fixture
def confirmed(asked: Case, window: Window) -> Case:
    return asked.hears(confirmation(window))


@pytest.fixture
def moved(confirmed: Case) -> Case:
    return confirmed.hears(completed(), FRIDAY)


def confirmation(window: Window) -> PortInConfirmed:
    return PortInConfirmed(
        number=M2,
        reference="1",
        window=window,
        cancel_until=window.opens,
        witness=Witness.MAILBOX,
    )


def completed() -> PortInCompleted:
    return PortInCompleted(
        number=M2, donor="altamar", recipient="brisa", at=FRIDAY, witness=Witness.MAILBOX
    )


def rejected(reason: str, who: str = "customer", resubmit: str = "after_repair") -> PortInRejected:
    return PortInRejected(
        number=M2,
        code="X",
        reason=reason,
        who_acts=who,
        resubmit=resubmit,
        witness=Witness.MAILBOX,
    )


def lost(at: Moment = MONDAY, *, at_donor: bool = True) -> LifeSignLost:
    return LifeSignLost(
        subject=M2, line="M2", serving="altamar", at_donor=at_donor, last_good_at=at, at=at
    )


def back(at: Moment = TUESDAY) -> LifeSignBack:
    return LifeSignBack(
        subject=M2, line="M2", serving="altamar", at_donor=True, dead_from=MONDAY, dead_until=at
    )


def troubled(reason: str = "bad_label") -> ParcelTroubled:
    return ParcelTroubled(
        number=M2, line="M2", tracking_code="RA1", reason=reason, action="relabel", at=MONDAY
    )


# -- cards ----------------------------------------------------------------------------------------


def test_its_card_is_its_own_and_tied_before_anything_else(line: Case) -> None:
    dispatch = line.told(DispatchCard)
    assert dispatch.to == "R1/card/M2/1"
    assert parse_iccid(dispatch.message.iccid) == line.state.iccid
    assert line.told(ReserveLine).message.iccid == line.state.iccid
    assert line.told(WatchLine).message.subject == M2
    assert len(dispatch.message.pin) == 4


def test_an_esim_order_sends_no_parcel(
    process: ProcessType[Line], prepare: Callable[..., PrepareLine]
) -> None:
    case = Case(process).when(prepare(sim=SimKind.ESIM))
    assert case.told(IssueEsim).to == "R1/esim/M2/1"
    assert case.told(DispatchCard) is None


def test_at_the_first_trouble_of_the_parcel_an_esim_is_issued_and_only_one(line: Case) -> None:
    line.hears(troubled(), source="R1/card/M2/1")
    issued = line.told(IssueEsim).message
    assert issued.why == "parcel_troubled"
    assert issued.iccid != line.state.iccid
    line.hears(troubled("lost"), source="R1/card/M2/1")
    assert line.facts() == [LineCardDelayed]
    assert line.told(IssueEsim) is None


def test_the_installed_esim_stops_the_parcel_and_is_the_card_that_counts(line: Case) -> None:
    line.hears(troubled(), source="R1/card/M2/1")
    installed = EsimInstalled(number=M2, line="M2", iccid=ESIM, at=MONDAY)
    line.hears(installed, source="R1/esim/M2/1")
    assert line.said.facts == (LineCardReady(line="M2", iccid=ESIM),)
    assert line.told(StopDispatch).to == "R1/card/M2/1"
    assert line.told(ReserveLine).message.iccid == ESIM


def test_the_card_in_hand_first_makes_the_esim_superfluous(line: Case) -> None:
    line.hears(troubled(), source="R1/card/M2/1")
    card = line.state.iccid
    assert card is not None
    line.hears(CardInHand(number=M2, line="M2", iccid=card, at=MONDAY, proof="pin:1234"))
    assert line.facts() == [LineCardReady]
    line.hears(EsimInstalled(number=M2, line="M2", iccid=ESIM, at=MONDAY))
    assert line.said == Decision()
    assert line.state.iccid == card


def test_an_esim_that_fails_is_followed_by_a_card(
    process: ProcessType[Line], prepare: Callable[..., PrepareLine]
) -> None:
    case = Case(process).when(prepare(sim=SimKind.ESIM))
    case.hears(EsimFailed(number=M2, line="M2", iccid=ESIM, why="error"))
    assert case.told(DispatchCard).message.iccid != case.state.iccid


# -- ports ----------------------------------------------------------------------------------------


def test_it_asks_with_the_window_of_its_group(asked: Case, window: Window) -> None:
    request = asked.told(RequestPortIn)
    assert request.to == "R1/port/M2/1"
    assert request.message.window == window
    assert not request.message.held_at_donor


def test_confirmed_it_says_when_the_gap_is_to_be_expected(confirmed: Case, window: Window) -> None:
    assert confirmed.facts() == [LineConfirmed]
    assert confirmed.told(MoveExpected).message.opens == window.opens


def test_moved_it_is_served_at_once_and_live_only_when_it_works(moved: Case) -> None:
    assert moved.facts() == [LineMoved]
    assert moved.told(ActivateLine).message.iccid == moved.state.iccid
    moved.hears(LineWorks(subject=M2, line="M2", at=FRIDAY), FRIDAY)
    assert moved.facts() == [LineLive]


def test_silence_of_the_donor_is_asked_again_at_once(asked: Case, window: Window) -> None:
    asked.hears(rejected("no_answer", "nobody", "at_once"))
    assert asked.facts() == [LinePortFailed, LineMended]
    asked.when(AskPort(window=window))
    assert asked.told(RequestPortIn).to == "R1/port/M2/2"


@pytest.mark.parametrize("doubt", ["holder_mismatch", "card_mismatch"])
def test_a_doubt_about_holder_or_card_goes_to_the_donors_desk_not_to_the_customer(
    asked: Case, doubt: str
) -> None:
    asked.hears(rejected(doubt, "customer"))
    assert asked.said.facts[0].who_acts == "desk"
    letter = asked.said.effects[0]
    assert isinstance(letter, AskDonorDesk)
    assert (letter.operator, letter.sender, letter.topic) == ("altamar", "brisa", "holder_check")
    answer = DeskAnswered(topic="holder_check", verdict="as_given", at=TUESDAY)
    asked.when(answer, TUESDAY)
    assert asked.said.facts == (LineMended(line="M2", how="held_evidence_attached"),)


def test_a_donor_that_insists_after_two_letters_has_the_customer_asked_once_at_noon(
    asked: Case, window: Window
) -> None:
    answer = DeskAnswered(topic="holder_check", verdict="as_given", at=TUESDAY)
    for attempt in (1, 2):
        source = f"R1/port/M2/{attempt}"
        asked.hears(rejected("holder_mismatch"), source=source).when(answer, TUESDAY)
        asked.when(AskPort(window=window), TUESDAY)
    asked.hears(rejected("holder_mismatch"), TUESDAY, source="R1/port/M2/3")
    assert asked.facts() == [LinePortFailed]
    due = asked.timer("customer_due")
    assert due == instant("2019-01-15T11:30:00+01:00"), "so that he can call back"
    asked.when(TimerFired(name="customer_due"), due)
    assert [(fact.who, fact.why) for fact in asked.said.facts] == [("customer", "last_invoice")]
    asked.when(MendLine(by="ana", how="invoice sent to the donor"), due)
    asked.when(AskPort(window=window), due)
    asked.hears(rejected("holder_mismatch"), due, source="R1/port/M2/4")
    assert [fact.why for fact in asked.said.facts[1:]] == ["donor_insists"], "not a second time"


def test_a_silent_desk_is_written_to_twice(asked: Case) -> None:
    asked.hears(rejected("holder_mismatch"))
    assert asked.timer("desk_due") is not None
    asked.when(TimerFired(name="desk_due"), TUESDAY)
    assert isinstance(asked.said.effects[0], AskDonorDesk)
    asked.when(TimerFired(name="desk_due"), TUESDAY)
    assert asked.timer("customer_due") is not None
    asked.when(TimerFired(name="customer_due"), instant("2019-01-15T12:00:00+01:00"))
    assert asked.facts() == [LineStuck]


def test_force_majeure_waits_for_the_next_working_day(asked: Case) -> None:
    asked.hears(rejected("force_majeure", "desk", "next_day"))
    due = asked.timer("ask_again")
    assert due == instant("2019-01-15T08:10:00+01:00")
    asked.when(TimerFired(name="ask_again"), TUESDAY)
    assert asked.facts() == [LineMended]


def test_a_card_reported_lost_is_the_one_thing_that_only_the_customer_can_clear(
    asked: Case,
) -> None:
    asked.hears(rejected("card_reported_lost"))
    assert asked.said.facts[1] == LineStuck(line="M2", who="customer", why="card_reported_lost")
    asked.when(MendLine(by="desk", how="card_found"))
    assert asked.facts() == [LineMended]


def test_an_unknown_cause_gets_no_default(asked: Case) -> None:
    asked.hears(rejected("unrecognised", "desk", "never"))
    assert asked.said.facts[1] == LineStuck(line="M2", who="desk", why="unrecognised")


def test_news_of_an_older_port_is_not_taken_for_news_of_this_one(asked: Case) -> None:
    asked.hears(rejected("holder_mismatch"), source="R1/port/M2/7")
    assert asked.said == Decision()


def test_going_back_takes_the_hubs_word(confirmed: Case) -> None:
    confirmed.when(TakePortBack(why="redated"))
    assert confirmed.facts() == [LineGoingBack]
    assert confirmed.told(CancelPortIn).message.why == "redated"
    confirmed.hears(PortInCancelled(number=M2, why="redated"))
    assert confirmed.facts() == [LineTakenBack]
    assert confirmed.state.phase is Phase.WAITING


def test_a_cancellation_that_came_too_late_binds_the_line(confirmed: Case) -> None:
    confirmed.when(TakePortBack(why="redated"))
    confirmed.hears(CancellationMissed(number=M2, why="too_late", code="x"))
    assert confirmed.facts() == [LineNotTakenBack]
    confirmed.hears(completed(), FRIDAY)
    assert confirmed.facts() == [LineMoved]


def test_where_nothing_was_asked_nothing_is_to_be_taken_back(line: Case) -> None:
    line.when(TakePortBack(why="redated"))
    assert line.facts() == [LineTakenBack]
    assert line.said.tells == ()


def test_every_wait_has_a_limit_and_its_end_is_somebodys_task(asked: Case) -> None:
    assert asked.timer("progress_due") is not None
    asked.when(TimerFired(name="progress_due"), FRIDAY)
    assert asked.said.facts == (LineStuck(line="M2", who="desk", why="port_silent"),)


def test_taken_out_it_leaves_nothing_behind(confirmed: Case) -> None:
    confirmed.when(TakeLineOut(why="withdrawn"))
    assert confirmed.told(CancelPortIn).message.why == "customer"
    assert confirmed.told(StopDispatch) is not None
    confirmed.hears(PortInCancelled(number=M2, why="customer"))
    assert confirmed.facts() == [LineTakenBack, LineTakenOut]
    assert confirmed.told(WithdrawLine) is not None


# -- life -----------------------------------------------------------------------------------------


def test_a_number_that_the_donor_cut_is_recovered_from_the_minute_it_is_noticed(
    asked: Case,
) -> None:
    asked.hears(lost(), source="R1/activation/M2")
    assert asked.said.facts == (LineDead(line="M2", at_donor=True, at=MONDAY),)
    recover = asked.told(RecoverNumber)
    assert recover.to == "R1/recovery/M2/1"
    assert recover.message.recipient == "brisa"


def test_rejected_because_it_was_cut_it_is_free_again_when_it_lives(asked: Case) -> None:
    asked.hears(lost(), source="R1/activation/M2")
    asked.hears(rejected("number_in_cease", "donor"))
    assert asked.facts() == [LinePortFailed]
    asked.hears(back(), TUESDAY, source="R1/activation/M2")
    assert asked.facts() == [LineAlive, LineMended]
    assert asked.told(NumberSeenAlive).to == "R1/recovery/M2/1"


def test_rejected_as_cut_while_it_lives_it_is_asked_again_after_an_hour(asked: Case) -> None:
    asked.hears(rejected("number_in_cease", "donor"))
    assert asked.timer("alive_check") == MONDAY + timedelta(hours=1)
    asked.when(TimerFired(name="alive_check"), MONDAY + timedelta(hours=1))
    assert asked.said.facts == (LineMended(line="M2", how="alive"),)


def test_what_the_donor_does_not_give_back_is_ported_out_of_the_hold(
    line: Case, window: Window
) -> None:
    line.hears(lost(), source="R1/activation/M2")
    due = line.timer("hold_ask")
    assert due == instant("2019-01-16T09:00:00+01:00")
    line.when(TimerFired(name="hold_ask"), due)
    assert line.said.facts == (LineMended(line="M2", how="ask_from_hold"),)
    line.when(AskPort(window=window), due)
    assert line.told(RequestPortIn).message.held_at_donor
    line.hears(confirmation(window), due).hears(completed(), FRIDAY)
    assert line.told(NumberHasMoved).to == "R1/recovery/M2/1"


def test_dead_on_our_network_it_is_not_the_donors_to_recover(moved: Case) -> None:
    moved.hears(LineWorks(subject=M2, line="M2", at=FRIDAY), FRIDAY)
    moved.hears(lost(FRIDAY, at_donor=False), FRIDAY)
    assert moved.said.facts == (LineDead(line="M2", at_donor=False, at=FRIDAY),)
    assert moved.told(RecoverNumber) is None
    moved.hears(LineWorks(subject=M2, line="M2", at=FRIDAY), FRIDAY)
    assert moved.facts() == [LineAlive, LineLive]


def test_dead_on_our_network_before_the_hub_has_told_the_move_the_donor_is_not_asked(
    confirmed: Case,
) -> None:
    confirmed.hears(lost(FRIDAY, at_donor=False), FRIDAY)
    assert confirmed.said.facts == (LineDead(line="M2", at_donor=False, at=FRIDAY),)
    assert confirmed.told(RecoverNumber) is None
    assert not confirmed.said.timers  # the hub's word is still waited for


def test_a_lost_capability_makes_a_live_line_prove_itself_again(moved: Case) -> None:
    moved.hears(LineWorks(subject=M2, line="M2", at=FRIDAY), FRIDAY)
    gone = CapabilityLost(
        subject=M2, line="M2", capability=Capability.DATA, except_from=(), at=FRIDAY
    )
    moved.hears(gone, FRIDAY)
    assert moved.facts() == [LineImpaired]
    assert moved.state.phase is Phase.MOVED


def test_a_line_that_stays_is_watched_recovered_and_let_go_a_week_after_the_order(
    process: ProcessType[Line], rules: PortingProfile
) -> None:
    case = Case(process).when(WatchHeldLine(line=held(), recipient="brisa", rules=rules.code))
    assert case.told(WatchLine) is not None
    case.hears(lost())
    assert case.told(RecoverNumber) is not None
    case.hears(back())
    case.when(TakeLineOut(why="order_closed"), FRIDAY)
    assert case.timer("held_watch_ends") == FRIDAY + timedelta(days=7)
    case.when(TimerFired(name="held_watch_ends"), FRIDAY + timedelta(days=7))
    assert case.facts() == [LineTakenOut]


def test_a_dead_number_is_not_let_go_before_it_lives(line: Case) -> None:
    line.hears(lost())
    line.when(TakeLineOut(why="withdrawn"))
    assert line.facts() == [LineGoingBack]
    line.hears(back())
    assert line.facts() == [LineAlive, LineTakenOut]


def test_a_fibre_without_a_number_moves_in_the_window_of_its_fixed_line(
    process: ProcessType[Line], prepare: Callable[..., PrepareLine], window: Window
) -> None:
    case = Case(process).when(prepare(held(LineKind.FIBRE, None)))
    case.when(AskPort(window=window))
    assert case.facts() == [LinePortAsked, LineConfirmed]
    assert case.timer("window_opens") == window.opens
    case.when(TimerFired(name="window_opens"), window.opens)
    assert case.facts() == [LineMoved]
    assert case.told(ActivateLine) is not None


# -- the law --------------------------------------------------------------------------------------


def test_a_line_follows_the_hub_to_another_donor_with_its_requests_and_its_letters(
    asked: Case, window: Window
) -> None:
    asked.hears(DonorCorrected(number=M2, donor_was="altamar", donor="cantil"))
    asked.when(Heard(source="R1/activation/M2", fact=lost(TUESDAY)), TUESDAY)
    assert asked.told(RecoverNumber).message.donor == "cantil"
    asked.hears(rejected("no_answer", "nobody", "at_once"), TUESDAY)
    asked.when(Heard(source="R1/activation/M2", fact=back(TUESDAY)), TUESDAY)
    asked.when(AskPort(window=window), TUESDAY)
    assert asked.told(RequestPortIn).message.donor == "cantil"


def test_what_the_customer_does_about_a_lost_card_is_seen_by_asking_again(asked: Case) -> None:
    asked.hears(rejected("card_reported_lost"), MONDAY)
    due = asked.timer("ask_again")
    assert due is not None
    assert due > MONDAY
    asked.when(TimerFired(name="ask_again"), due)
    assert asked.facts() == [LineMended]


def test_a_command_to_a_line_that_is_not_prepared_is_refused(process: ProcessType[Line]) -> None:
    verdict = advance(process, process.blank(ID), AskPort(window=None), MONDAY)
    assert isinstance(verdict, Refusal)
    assert verdict.reason == "not_prepared"

"""Every law can fail: for each of them a history is told in which it is broken, and it says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from relevo import wiring
from relevo.activation.activation.messages import (
    Capability,
    CapabilityLost,
    CapabilityProven,
    LifeSignLost,
    LineProvisioned,
    WatchStarted,
)
from relevo.care.case.messages import CaseEscalated, CaseOpened
from relevo.claims.model import Claim
from relevo.compensation.claim.messages import AmountFound, MonthAmount
from relevo.engine.recorded import Recorded
from relevo.notices.voice.messages import MessageSent
from relevo.numbering.queries import Entry
from relevo.orders.capture import capture
from relevo.orders.held import Choice
from relevo.orders.line.messages import LineConfirmed, LineMoved
from relevo.orders.order.messages import (
    LineMovedAlone,
    NumberDecided,
    OrderAccepted,
    OrderClosed,
    PlaceOrder,
    WindowChosen,
)
from relevo.play.order_form import order_draft, rules_of
from relevo.play.scenario import Scenario, parse_scenario
from relevo.play.verdict import LineResult, MessageCount, PromiseCount, Verdict
from relevo.play.witnessed import LineTruth, Struck, Witnessed
from relevo.porting.port_in.messages import DonorCorrected, PortInCompleted, Witness
from relevo.porting.profile import Window
from relevo.promises.promise.messages import (
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    PromiseMoved,
)
from relevo.simulation.law import Ended, LawMaker, Unperformed
from relevo.simulation.laws import LAWS, Watchman
from relevo.simulation.laws_care import EffectsDone, OrdersEnd, PromisesEnd
from relevo.simulation.laws_compensation import OwedIsFound, owed_cents
from relevo.simulation.laws_custody import NothingCeasedUnasked, OneHolder, WholeGroups
from relevo.simulation.laws_said import NothingSaidThatIsNotSo
from relevo.simulation.sketch import bundle
from relevo.simulators.plan import FaultPlan
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn

assert wiring.SCHEMA_PACKAGES, "the words of the product are known once it is wired"

STARTS = instant("2019-01-13T11:00:00+00:00")  # noon there, so that people may be disturbed
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
PROMISE = "R1/promise/bundle_works/1"


def window(days: int) -> Window:
    opens = STARTS + days * DAY
    return Window(opens=opens, closes=opens + 4 * HOUR)


def scenario_with(*moving: str, **decides: str) -> Scenario:
    sketch = bundle()
    customer = {**sketch.customer, "decides": decides} if decides else sketch.customer
    order = {**sketch.order, "lines": list(moving or ("F", "M1", "M2"))}
    return parse_scenario(replace(sketch, customer=customer, order=order).text())


def accepted(scenario: Scenario) -> OrderAccepted:
    placed = capture(order_draft(scenario), rules_of(scenario), at=STARTS)
    assert isinstance(placed, PlaceOrder)
    return OrderAccepted(
        customer=placed.customer,
        recipient=placed.recipient,
        lines=placed.lines,
        moving=placed.moving,
        sim=placed.sim,
        wish=placed.wish,
        rules=placed.rules,
        consent_at=placed.consent_at,
    )


def told(*facts: tuple[str, Any, timedelta]) -> list[Recorded]:
    return [
        Recorded(process_id=process, kind="", version=1, at=STARTS + after, fact=fact, seq=place)
        for place, (process, fact, after) in enumerate(facts, start=1)
    ]


def ledger(*entries: tuple[str, int, int | None]) -> Callable[[Msisdn], Sequence[Entry]]:
    """Holders from a day to a day."""
    kept = [
        Entry(
            number=M1,
            holder=holder,
            since=STARTS + since * DAY,
            until=None if until is None else STARTS + until * DAY,
            ground="ported",
            caused_by="R1/port/M1/1@1",
        )
        for holder, since, until in entries
    ]
    return lambda _: kept


def ended(
    scenario: Scenario,
    *,
    custody: str = "brisa",
    dead: Iterable[tuple[Moment, Moment | None]] = (),
    contradictions: tuple[str, ...] = (),
    lacking: tuple[str, ...] = (),
    unperformed: tuple[Unperformed, ...] = (),
    is_closed: bool = True,
    after: timedelta = 20 * DAY,
) -> Ended:
    truth = LineTruth(
        dead=tuple(dead), capabilities=(), network="brisa", hub="brisa", ledger=None, iccid=None
    )
    nothing = LineResult(
        custody=custody,
        dead_minutes=0,
        capabilities=(),
        iccid=None,
        compensation_eur=Decimal(0),
        compensation_by_rule_eur=Decimal(0),
    )
    seen = Witnessed(
        scenario=scenario,
        zone="Europe/Madrid",
        facts=(),
        ended_at=STARTS + after,
        struck=(),
        arrived=(),
        efforts=(),
        complaints=(),
        lines={line.id: truth for line in scenario.world.lines},
        lacking_at_close={"M1": lacking},
        timeline=(),
        digest="",
    )
    verdict = Verdict(
        title="",
        finished=is_closed,
        finished_at=STARTS + 10 * DAY if is_closed else None,
        lines={line.id: nothing for line in scenario.world.lines},
        promises=PromiseCount(made=0, kept=0, moved=0, broken=0),
        messages=MessageCount(
            sent=0, contradictions_stopped=0, contradictions_sent=0, asked_for_held=0
        ),
        faults=(),
        customer_minutes=0,
        noticed_first_by=None,
        timeline=(),
        facts=0,
        digest="",
        parked=(),
        contradictions=contradictions,
        expectations=(),
    )
    return Ended(seen=seen, verdict=verdict, unperformed=unperformed)


def broken(
    law: LawMaker,
    facts: Sequence[Recorded] = (),
    *,
    scenario: Scenario | None = None,
    entries: Callable[[Msisdn], Sequence[Entry]] | None = None,
    end: Ended | None = None,
) -> list[str]:
    """What this law says of a history, and of its end if there is one."""
    watchman = Watchman(scenario or scenario_with(), entries or ledger(("brisa", 0, None)), (law,))
    watchman.look(facts)
    if end is not None:
        watchman.end(end)
    assert {breach.law for breach in watchman.breaches} <= {law.name}
    return [breach.what for breach in watchman.breaches]


def completed(recipient: str = "brisa") -> tuple[str, PortInCompleted, timedelta]:
    fact = PortInCompleted(
        number=M1,
        donor="altamar",
        recipient=recipient,
        at=STARTS + 3 * DAY,
        witness=Witness.MAILBOX,
    )
    return "R1/port/M1/1", fact, 3 * DAY


# -- custody --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        (ledger(("altamar", 0, 2), ("brisa", 3, None)), "with nobody from"),
        (ledger(("altamar", 0, 4), ("brisa", 3, None)), "two holders"),
        (ledger(("altamar", 0, None), ("brisa", 3, None)), "two holders"),
        (ledger(("altamar", 0, 3), ("brisa", 3, 5)), "with nobody since"),
        (ledger(("altamar", 0, None)), "ported to brisa and is with altamar"),
        (ledger(), "in no ledger"),
    ],
)
def test_a_number_without_exactly_one_holder_is_seen(entries: Any, says: str) -> None:
    assert says in broken(OneHolder, told(completed()), entries=entries)[0]


def test_a_number_with_one_holder_after_the_other_is_well() -> None:
    good = ledger(("altamar", 0, 3), ("brisa", 3, None))
    assert broken(OneHolder, told(completed()), entries=good, end=ended(scenario_with())) == []


def test_the_ledger_need_not_know_a_holder_whom_nobody_has_named() -> None:
    """Another operator has the number than the customer said, and no hub has told us."""
    scenario = scenario_with()
    end = ended(scenario, custody="network: duna, hub: duna, ledger: altamar")
    plan = FaultPlan(where="hub", what="wrong_donor", line="M1")
    struck = Struck(plan=plan, struck_at=STARTS, line="M1")
    lines = {name: replace(line, ledger="altamar") for name, line in end.seen.lines.items()}
    end = replace(end, seen=replace(end.seen, struck=(struck,), lines=lines))
    found = broken(OneHolder, scenario=scenario, end=end)
    assert found
    assert not any(each.startswith("M1 ") for each in found)
    corrected = DonorCorrected(number=M1, donor_was="altamar", donor="duna")
    named = told(("R1/port/M1/1", corrected, HOUR))
    found = broken(OneHolder, named, scenario=scenario, end=end)
    assert any(each.startswith("M1 ") for each in found)


def test_a_number_of_which_the_world_disagrees_with_the_ledger_is_seen() -> None:
    end = ended(scenario_with(), custody="network: nobody, ledger: brisa")
    assert len(broken(OneHolder, end=end)) == 3


# -- groups ---------------------------------------------------------------------------------------


def moved(line: str, number: Msisdn, days: int) -> tuple[str, LineMoved, timedelta]:
    fact = LineMoved(line=line, number=number, at=STARTS + days * DAY, iccid=None)
    return f"R1/line/{line}", fact, days * DAY


def confirmed(line: str, days: int) -> tuple[str, LineConfirmed, timedelta]:
    fact = LineConfirmed(line=line, window=window(days), cancel_until=STARTS + DAY)
    return f"R1/line/{line}", fact, HOUR


def order(scenario: Scenario) -> tuple[str, OrderAccepted, timedelta]:
    return "R1", accepted(scenario), timedelta()


def test_a_line_that_leaves_without_its_second_line_is_seen() -> None:
    scenario = scenario_with()
    facts = told(order(scenario), confirmed("M1", 3), moved("M1", M1, 3))
    assert "without M2" in broken(WholeGroups, facts, scenario=scenario)[0]


def test_a_group_of_two_days_is_seen() -> None:
    scenario = scenario_with()
    facts = told(order(scenario), confirmed("M2", 4), moved("M1", M1, 3))
    assert "M2 is to leave on 2019-01-17" in broken(WholeGroups, facts, scenario=scenario)[0]


def test_a_group_of_one_day_is_well_and_so_is_a_line_that_is_said_to_move_alone() -> None:
    scenario = scenario_with()
    together = told(order(scenario), confirmed("M2", 3), moved("M1", M1, 3), moved("M2", M2, 3))
    assert broken(WholeGroups, together, scenario=scenario, end=ended(scenario)) == []
    admitted = ("R1", LineMovedAlone(line="M1", why="too_late"), 2 * DAY)
    alone = told(order(scenario), admitted, moved("M1", M1, 3))
    assert broken(WholeGroups, alone, scenario=scenario) == []


def test_an_order_that_closes_with_half_a_group_is_seen() -> None:
    scenario = scenario_with()
    admitted = ("R1", LineMovedAlone(line="M1", why="too_late"), 2 * DAY)
    facts = told(order(scenario), admitted, moved("M1", M1, 3))
    said = broken(WholeGroups, facts, scenario=scenario, end=ended(scenario))
    assert said == ["the order closed, M1 moved, and M2 of its group stayed behind"]


# -- decisions ------------------------------------------------------------------------------------


def test_a_number_that_dies_with_its_principal_undecided_is_seen() -> None:
    scenario = scenario_with("F", "M1")
    facts = told(order(scenario), moved("M1", M1, 3))
    assert "nobody decided" in broken(NothingCeasedUnasked, facts, scenario=scenario)[0]


def test_a_decision_that_the_customer_never_made_is_seen() -> None:
    scenario = scenario_with("F", "M1", M2="keep")
    made_up = NumberDecided(line="M2", choice=Choice.CEASE, by="system", channel="none")
    facts = told(order(scenario), ("R1", made_up, DAY))
    said = broken(NothingCeasedUnasked, facts, scenario=scenario)
    assert said == ["M2: cease is on record, the customer said keep"]


def test_a_number_that_ends_with_nobody_without_a_decision_is_seen() -> None:
    scenario = scenario_with()
    end = ended(scenario, custody="nobody")
    assert len(broken(NothingCeasedUnasked, told(order(scenario)), scenario=scenario, end=end)) == 3


def test_a_number_ceased_by_the_customers_own_word_is_well() -> None:
    scenario = scenario_with("F", "M1", M2="cease")
    word = NumberDecided(line="M2", choice=Choice.CEASE, by="customer", channel="sms")
    facts = told(order(scenario), ("R1", word, DAY), moved("M1", M1, 3))
    assert broken(NothingCeasedUnasked, facts, scenario=scenario) == []


# -- promises -------------------------------------------------------------------------------------


def made(due: timedelta, what: str = "bundle_works") -> tuple[str, PromiseMade, timedelta]:
    fact = PromiseMade(what=what, to="R1", due=STARTS + due, owner="desk", rests_on=())
    return PROMISE, fact, timedelta()


def kept(due: timedelta, at: timedelta) -> tuple[str, PromiseKept, timedelta]:
    return PROMISE, PromiseKept(what="bundle_works", due=STARTS + due, evidence=""), at


def said(topic: str, at: timedelta, *claims: Claim) -> tuple[str, MessageSent, timedelta]:
    fact = MessageSent(
        message_key=topic,
        channel="sms",
        to="+34976000100",
        topic=topic,
        subjects=(),
        subject_line="",
        text="",
        claims=claims,
        at=STARTS + at,
    )
    return "R1/voice", fact, at


def moved_on(was: timedelta, due: timedelta, at: timedelta) -> tuple[str, PromiseMoved, timedelta]:
    fact = PromiseMoved(what="bundle_works", was_due=STARTS + was, due=STARTS + due, why="")
    return PROMISE, fact, at


def broke(due: timedelta) -> tuple[str, PromiseBroken, timedelta]:
    return PROMISE, PromiseBroken(what="bundle_works", due=STARTS + due, owner="desk"), due


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ([made(DAY)], "neither ends nor breaks"),
        ([made(DAY), kept(DAY, 2 * DAY)], "neither ends nor breaks"),
        ([made(DAY), moved_on(DAY, 3 * DAY, 2 * DAY)], "was moved at"),
        ([made(DAY), moved_on(DAY, 3 * DAY, HOUR)], "was not told by 14 11:00"),
        ([made(HOUR), broke(HOUR)], "was not told"),
        ([made(DAY, "next_update"), kept(DAY, HOUR)], "nothing was said"),
    ],
)
def test_a_promise_that_is_neither_kept_nor_owned_up_to_is_seen(facts: Any, says: str) -> None:
    assert says in " ".join(broken(PromisesEnd, told(*facts), end=ended(scenario_with())))


@pytest.mark.parametrize(
    "facts",
    [
        [made(DAY), kept(DAY, HOUR)],
        [made(DAY), moved_on(DAY, 3 * DAY, HOUR), said("redated", 2 * HOUR), kept(3 * DAY, DAY)],
        [made(HOUR), broke(HOUR), said("promise_broken", HOUR + timedelta(minutes=2))],
    ],
)
def test_a_promise_kept_or_moved_or_broken_with_a_word_is_well(facts: Any) -> None:
    assert broken(PromisesEnd, told(*facts), end=ended(scenario_with())) == []


# -- orders and effects ---------------------------------------------------------------------------


def opened() -> tuple[str, CaseOpened, timedelta]:
    fact = CaseOpened(
        key="PT-1", order="R1", owner="Marta", subject="M1", cause="line_stuck", at=STARTS
    )
    return "R1/case", fact, HOUR


def test_an_order_that_nobody_owns_is_seen_and_so_is_one_that_nothing_drives() -> None:
    scenario = scenario_with()
    end = ended(scenario, is_closed=False)
    assert "no case" in broken(OrdersEnd, told(order(scenario)), scenario=scenario, end=end)[0]
    held = told(order(scenario), opened())
    assert "nothing drives it" in broken(OrdersEnd, held, scenario=scenario, end=end)[0]
    highest = CaseEscalated(key="PT-1", level=3, role="duty_manager", why="", at=STARTS)
    driven = told(order(scenario), opened(), ("R1/case", highest, DAY))
    assert broken(OrdersEnd, driven, scenario=scenario, end=end) == []


def test_an_open_order_is_driven_by_a_promise_until_that_is_due() -> None:
    scenario = scenario_with()
    end = ended(scenario, is_closed=False)
    lasts = end.seen.ended_at - STARTS
    ahead = told(order(scenario), made(lasts + DAY))
    assert broken(OrdersEnd, ahead, scenario=scenario, end=end) == []
    behind = told(order(scenario), made(lasts - HOUR))
    assert "no promise ahead" in broken(OrdersEnd, behind, scenario=scenario, end=end)[0]


def test_an_order_that_closes_before_everything_works_is_seen() -> None:
    scenario = scenario_with()
    facts = told(order(scenario), ("R1", OrderClosed(lines=("M1",)), DAY))
    assert broken(OrdersEnd, facts, scenario=scenario, end=ended(scenario)) == []
    end = ended(scenario, lacking=("data",))
    assert "lacked data" in broken(OrdersEnd, facts, scenario=scenario, end=end)[0]


def test_an_effect_that_waits_for_ever_is_seen_and_one_that_is_parked_with_nobody() -> None:
    scenario = scenario_with()
    waits = Unperformed(process_id="R1/port/M1/1", name="x.send", reason="", is_parked=False)
    assert "never tried" in broken(EffectsDone, end=ended(scenario, unperformed=(waits,)))[0]
    end = ended(scenario, unperformed=(replace(waits, is_parked=True),))
    assert "with nobody" in broken(EffectsDone, end=end)[0]
    assert broken(EffectsDone, told(opened()), end=end) == []


# -- words ----------------------------------------------------------------------------------------


def lost(number: Msisdn) -> tuple[str, LifeSignLost, timedelta]:
    fact = LifeSignLost(
        subject=number,
        line="M1",
        serving="altamar",
        at_donor=True,
        last_good_at=STARTS,
        at=STARTS + HOUR,
    )
    return "R1/activation/M1", fact, HOUR


@pytest.mark.parametrize(
    ("claim", "is_so_while_dead"),
    [
        (Claim(subject=M1, predicate="state", value="works"), False),
        (Claim(subject=M1, predicate="calls_in", value=True), False),
        (Claim(subject=M1, predicate="calls_in", value=False), True),
        (Claim(subject=M1, predicate="state", value="dead"), True),
        (Claim(subject=M1, predicate="state", value="not ported"), True),
        (Claim(subject=M1, predicate="state", value="ported"), False),
        (Claim(subject=M1, predicate="exists", value=False), False),
        (Claim(subject=M1, predicate="port_window", value="2019-01-16"), True),
        (Claim(subject=M1, predicate="port_window", value="2019-01-18"), False),
    ],
)
def test_a_claim_is_held_against_the_facts_of_its_moment(
    claim: Claim, is_so_while_dead: bool
) -> None:
    scenario = scenario_with()
    day = WindowChosen(lines=("M1",), windows={"M1": window(3)}, rests_on="wish")
    facts = told(order(scenario), ("R1", day, HOUR), lost(M1), said("update", 2 * HOUR, claim))
    assert (broken(NothingSaidThatIsNotSo, facts, scenario=scenario) == []) is is_so_while_dead


def test_a_moved_line_works_when_all_that_it_has_to_do_was_seen_and_not_before() -> None:
    scenario = scenario_with()
    watched = WatchStarted(
        subject=M1,
        line="M1",
        order="R1",
        donor="altamar",
        recipient="brisa",
        capabilities=(Capability.CALLS_OUT, Capability.CALLS_IN),
        rules="es@2012-06-01",
    )
    facts = [("R1", watched, HOUR), completed()]
    works = said("reply", 4 * DAY, Claim(subject=M1, predicate="state", value="works"))
    for capability in watched.capabilities:
        seen = told(order(scenario), *facts, works)
        assert broken(NothingSaidThatIsNotSo, seen, scenario=scenario)
        proven = CapabilityProven(subject=M1, line="M1", capability=capability, at=STARTS)
        facts.append(("R1/activation/M1", proven, 3 * DAY))
    seen = told(order(scenario), *facts, works)
    assert broken(NothingSaidThatIsNotSo, seen, scenario=scenario) == []


def test_what_is_lost_on_our_network_stays_lost_when_the_hub_tells_the_move_late() -> None:
    scenario = scenario_with()
    served = LineProvisioned(subject=M1, line="M1", at=STARTS)
    lost_ = CapabilityLost(
        subject=M1, line="M1", capability=Capability.DATA, except_from=(), at=STARTS
    )
    lacks = said("partial", 4 * DAY, Claim(subject=M1, predicate="data", value=False))
    life = ("R1/activation/M1", served, DAY), ("R1/activation/M1", lost_, 2 * DAY)
    facts = told(order(scenario), *life, completed(), lacks)
    assert broken(NothingSaidThatIsNotSo, facts, scenario=scenario) == []


@pytest.mark.parametrize("is_dead", [True, False])
def test_a_planted_answer_that_had_come_true_is_no_wrong_answer(is_dead: bool) -> None:
    scenario = scenario_with()
    text = "Tu línea 600 000 101 está cortada."
    claim = Claim(subject=M1, predicate="state", value="cut_by_donor")
    _, sent, after = said("reply", 2 * HOUR, claim)
    answer = replace(sent, text=text, by="Marta")
    life = (lost(M1),) if is_dead else ()
    facts = told(order(scenario), *life, ("R1/voice", answer, after))
    plan = FaultPlan(where="care", what="wrong_answer", text=text)
    wrong = ended(scenario, contradictions=("the wrong answer went out",))
    struck = Struck(plan=plan, struck_at=STARTS + after, line=None)
    end = replace(wrong, seen=replace(wrong.seen, struck=(struck,)))
    found = broken(NothingSaidThatIsNotSo, facts, scenario=scenario, end=end)
    assert ("the wrong answer went out" not in found) is is_dead


def test_what_the_plain_reading_of_the_judge_finds_is_a_breach_too() -> None:
    end = ended(scenario_with(), contradictions=("says that it works, and it does not",))
    assert broken(NothingSaidThatIsNotSo, end=end) == ["says that it works, and it does not"]


# -- money ----------------------------------------------------------------------------------------


def found(cents: int, minutes: int) -> tuple[str, AmountFound, timedelta]:
    share = MonthAmount(
        month="2019-01", minutes=minutes, month_minutes=44640, amount_eur_cents=cents
    )
    fact = AmountFound(
        line="M2",
        minutes=minutes,
        amount_eur_cents=cents,
        rule="",
        month_minutes=44640,
        months=(share,),
        automatic=cents > 100,
    )
    return "R1/compensation/M2", fact, 2 * DAY


def test_compensation_is_that_of_the_decree() -> None:
    """Five fees of 5.00 are more than an average of 21.50; a day of January is a 31st of it."""
    day = (STARTS, STARTS + DAY)
    assert owed_cents(500, 2150, [day], "Europe/Madrid", None) == 81
    assert owed_cents(500, 3100, [day], "Europe/Madrid", None) == 100
    assert owed_cents(500, 3100, [day], "Europe/Madrid", (STARTS, STARTS + 12 * HOUR)) == 50
    across = (instant("2019-01-31T12:00:00+01:00"), instant("2019-02-01T12:00:00+01:00"))
    assert owed_cents(500, 3100, [across], "Europe/Madrid", None) == 50 + 55
    leap = (instant("2019-03-31T00:00:00+01:00"), instant("2019-04-01T00:00:00+02:00"))
    assert owed_cents(500, 74300, [leap], "Europe/Madrid", None) == 74300 * 23 // 743


def test_an_amount_that_is_not_that_of_the_second_calculation_is_seen() -> None:
    scenario = scenario_with()
    # The standard line of a bundle costs 5.00, billed 21.50 on average: a day is 81 cents.
    assert broken(OwedIsFound, told(found(81, 1440)), scenario=scenario) == []
    assert "comes to 81 cents" in broken(OwedIsFound, told(found(90, 1440)), scenario=scenario)[0]
    dead = [(STARTS, STARTS + DAY)]
    end = ended(scenario, dead=dead)
    nothing = broken(OwedIsFound, scenario=scenario, end=end)
    assert "M2: 81 cents are owed for its dead time, 0 were found" in nothing


def test_every_law_of_the_simulation_is_tried_here() -> None:
    tried: set[LawMaker] = {
        OneHolder,
        WholeGroups,
        NothingCeasedUnasked,
        PromisesEnd,
        EffectsDone,
        OrdersEnd,
        NothingSaidThatIsNotSo,
        OwedIsFound,
    }
    assert set(LAWS) == tried

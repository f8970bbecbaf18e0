"""The judge on small literal worlds: what the world says wins over what the product says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from relevo.activation.activation.messages import LifeSignLost
from relevo.compensation.claim.messages import AmountFound
from relevo.engine.recorded import Recorded
from relevo.notices.voice.messages import DraftStopped
from relevo.orders.order.messages import OrderClosed, WindowChosen
from relevo.play.effort import UnpricedEffort, customer_minutes, effort_table
from relevo.play.expectation import Expected
from relevo.play.fault_kinds import FAULT_KINDS
from relevo.play.fault_texts import fault_text
from relevo.play.judge import judge, whole_minutes, yardsticks
from relevo.play.noticing import SIGNS
from relevo.play.scenario import Scenario, load_scenario
from relevo.play.scoreboard import show_scoreboard
from relevo.play.verdict import Verdict, as_json
from relevo.play.witnessed import Arrived, LineTruth, Struck, Witnessed
from relevo.porting.profile import Window
from relevo.promises.promise.messages import PromiseBroken, PromiseKept, PromiseMade
from relevo.simulators.customer import Complaint, Effort
from relevo.simulators.plan import CAPABILITIES, FaultPlan, LineKind
from relevo.tracking.timeline import Step

M2 = "+34600000102"
ALL = CAPABILITIES[LineKind.MOBILE]
NOON = datetime(2019, 1, 14, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CUT = FaultPlan(where="donor", what="cease_dependent", line="M2")
GOOD = LineTruth(
    dead=(), capabilities=ALL, network="brisa", hub="brisa", ledger="brisa", iccid="89"
)


def scenario(expected: Expected | None = None) -> Scenario:
    clean = load_scenario(Path(__file__).parents[2] / "stories" / "clean.toml")
    return replace(clean, expected=expected or Expected())


def fact(process: str, said: object, at: datetime = NOON) -> Recorded:
    return Recorded(process_id=process, kind="k", version=1, at=at, fact=said, seq=1)


def world(**changes: Any) -> Witnessed:
    lines = {"F": GOOD, "M1": GOOD, "M2": GOOD}
    seen = Witnessed(
        scenario=scenario(),
        zone="Europe/Madrid",
        facts=(),
        ended_at=NOON + 24 * HOUR,
        struck=(),
        arrived=(),
        efforts=(),
        complaints=(),
        lines=lines,
        lacking_at_close={},
        timeline=(),
        digest="sha256:0",
    )
    return replace(seen, **changes)


def judged(**changes: Any) -> Verdict:
    return judge(world(**changes), yardsticks("es"))


def message(text: str, at: datetime = NOON, **truth: Any) -> Arrived:
    return Arrived(
        at=at,
        channel="sms",
        text=text,
        is_ours=truth.get("is_ours", True),
        lacking=truth.get("lacking", {}),
        served_by=truth.get("served_by", {M2: "altamar"}),
    )


def cut_at(at: datetime) -> Struck:
    return Struck(plan=CUT, struck_at=at, line="M2")


def noticed(at: datetime) -> Recorded:
    said = LifeSignLost(
        subject=M2, line="M2", serving="altamar", at_donor=True, last_good_at=at, at=at
    )
    return fact("R/activation/M2", said, at)


# -- dead minutes, custody, compensation --------------------------------------------------------


def test_dead_minutes_are_whole_and_run_until_the_end_when_nobody_repairs() -> None:
    closed = (NOON, NOON + timedelta(minutes=30, seconds=50))
    running = (NOON + 2 * HOUR, None)
    assert whole_minutes([closed], NOON) == 30
    assert whole_minutes([closed, running], NOON + 3 * HOUR) == 90


def test_custody_is_one_name_only_when_network_hub_and_ledger_agree() -> None:
    lines = {"F": GOOD, "M1": GOOD, "M2": replace(GOOD, ledger="altamar")}
    verdict = judged(
        lines=lines, scenario=scenario(Expected(custody={M2: "brisa", "+34600000101": "brisa"}))
    )
    held = {each.name: each for each in verdict.expectations}
    assert not held[f"custody.{M2}"].holds
    assert held[f"custody.{M2}"].got == "network: brisa, hub: brisa, ledger: altamar"
    assert held["custody.+34600000101"].holds


def found(cents: int) -> Recorded:
    said = AmountFound(
        line="M2",
        minutes=600,
        amount_eur_cents=cents,
        rule="ES.voice.outage",
        month_minutes=44640,
        months=(),
        automatic=False,
    )
    return fact("R/compensation/M2", said)


def test_compensation_holds_when_product_and_rule_say_the_same() -> None:
    dead = replace(GOOD, dead=((NOON, NOON + 10 * HOUR),))
    lines = {"F": GOOD, "M1": GOOD, "M2": dead}
    expected = Expected(compensation={"M2": Decimal("0.34")})  # 25 EUR * 600 / 44640
    verdict = judged(lines=lines, facts=(found(34),), scenario=scenario(expected))
    assert verdict.holds
    assert verdict.lines["M2"].compensation_eur == Decimal("0.34")


def test_compensation_fails_when_the_product_counts_other_minutes_than_the_world() -> None:
    expected = Expected(compensation={"M2": Decimal("0.34")})
    verdict = judged(facts=(found(34),), scenario=scenario(expected))
    (held,) = verdict.expectations
    assert not held.holds
    assert "the rule gives 0.00" in held.why


# -- who noticed --------------------------------------------------------------------------------


def test_the_system_noticed_when_its_fact_comes_before_a_complaint() -> None:
    complaint = Complaint(NOON + 2 * HOUR, M2, 5)
    verdict = judged(struck=(cut_at(NOON),), facts=(noticed(NOON + HOUR),), complaints=(complaint,))
    (fault,) = verdict.faults
    assert (fault.noticed_at, fault.noticed_by) == (NOON + HOUR, "system")
    assert verdict.noticed_first_by == "system"


def test_the_customer_noticed_when_his_complaint_came_first() -> None:
    complaint = Complaint(NOON + HOUR, M2, 5)
    verdict = judged(
        struck=(cut_at(NOON),), facts=(noticed(NOON + 2 * HOUR),), complaints=(complaint,)
    )
    assert verdict.noticed_first_by == "customer"


def test_a_sign_before_the_fault_or_of_another_line_does_not_count() -> None:
    early = noticed(NOON - HOUR)
    other = fact("R/activation/M1", replace(noticed(NOON).fact, line="M1"), NOON + HOUR)
    verdict = judged(struck=(cut_at(NOON),), facts=(early, other))
    assert verdict.faults[0].noticed_at is None
    assert verdict.noticed_first_by == "nobody"


def test_a_fault_that_never_struck_was_not_overlooked() -> None:
    expected = Expected(noticed_first_by="system")
    struck = Struck(plan=CUT, struck_at=None, line=None)
    assert judged(struck=(struck,), scenario=scenario(expected)).holds


def test_the_customer_was_told_by_the_first_message_that_names_number_and_trouble() -> None:
    verdict = judged(
        struck=(cut_at(NOON),),
        facts=(noticed(NOON + HOUR / 6),),
        arrived=(
            message("El servicio 600 000 102 ha sido dado de baja", NOON, is_ours=False),
            message("Bienvenido, tu número 600 000 102 se moverá.", NOON + HOUR / 4),
            message("El 600 000 102 está sin servicio.", NOON + HOUR / 2),
        ),
    )
    assert verdict.faults[0].customer_told_at == NOON + HOUR / 2


def test_every_kind_of_fault_has_signs_and_words() -> None:
    kinds = {(where, what) for where, kinds in FAULT_KINDS.items() for what in kinds}
    assert set(SIGNS) == kinds
    for where, what in kinds:
        assert fault_text(FaultPlan(where=where, what=what))


# -- what was said ------------------------------------------------------------------------------


def contradicted(*messages: Arrived, **changes: Any) -> int:
    return judged(arrived=messages, **changes).messages.contradictions_sent


def test_saying_that_a_dead_number_works_is_a_contradiction() -> None:
    text = "Tu línea 600 000 102 ya está activa."
    assert contradicted(message(text, lacking={M2: ALL})) == 1
    assert contradicted(message(text, lacking={M2: ()})) == 0


def test_a_message_that_says_what_works_and_what_does_not_is_true() -> None:
    lacking = {M2: ("data",)}
    assert contradicted(message("El 600 000 102: las llamadas ya funcionan.", lacking=lacking)) == 0
    assert contradicted(message("El 600 000 102: los datos ya funcionan.", lacking=lacking)) == 1


def test_saying_that_a_working_number_is_dead_is_a_contradiction() -> None:
    text = "El 600 000 102 está sin servicio."
    dead = replace(GOOD, dead=((NOON - 2 * HOUR, NOON - HOUR / 2),))
    assert contradicted(message(text)) == 1
    assert contradicted(message(text), lines={"F": GOOD, "M1": GOOD, "M2": dead}) == 0


def test_denying_a_line_of_the_order_is_a_contradiction_unless_it_is_corrected() -> None:
    wrong = "No nos consta ninguna segunda línea."
    assert contradicted(message(wrong)) == 1
    assert contradicted(message(f"Perdona: te dijimos «{wrong}» y no es cierto.")) == 0


def test_naming_a_day_on_which_nothing_is_planned_is_a_contradiction() -> None:
    window = Window(NOON + 85 * HOUR, NOON + 89 * HOUR)  # Friday 18 January
    chosen = fact("R", WindowChosen(lines=("M2",), windows={"M2": window}, rests_on="wish"))
    right = message("El 600 000 102 se activará el 18 de enero.")
    wrong = message("El 600 000 102 se activará el 20 de enero.")
    assert contradicted(right, facts=(chosen,)) == 0
    assert contradicted(wrong, facts=(chosen,)) == 1


def test_the_wrong_answer_of_the_file_counts_when_it_arrives_word_by_word() -> None:
    plan = FaultPlan(where="care", what="wrong_answer", text="Todo fue culpa de otra compañía")
    struck = Struck(plan=plan, struck_at=NOON, line=None)
    assert contradicted(message("Hola. Todo fue culpa de otra compañía."), struck=(struck,)) == 1


def test_what_the_donor_writes_is_not_ours() -> None:
    assert contradicted(message("No nos consta esa línea.", is_ours=False)) == 0


def test_requests_for_what_is_held_are_counted() -> None:
    asked = message("Envíenos el justificante de la baja del 600 000 102.")
    assert judged(arrived=(asked,)).messages.asked_for_held == 1


# -- the rest -----------------------------------------------------------------------------------


def test_finished_means_closed_with_every_line_doing_everything() -> None:
    closed = fact("R", OrderClosed(lines=("F", "M1", "M2")))
    assert not judged().finished
    assert judged(facts=(closed,), lacking_at_close={"M2": ()}).finished
    expected = Expected(finished=True)
    verdict = judged(
        facts=(closed,), lacking_at_close={"M2": ("data",)}, scenario=scenario(expected)
    )
    assert not verdict.finished
    assert verdict.expectations[0].why == "M2 lacked data"


def test_promises_and_stopped_drafts_are_counted_from_facts() -> None:
    made = PromiseMade(what="call_back", to="R", due=NOON, owner="x", rests_on=())
    kept = PromiseKept(what="call_back", due=NOON, evidence="e")
    broken = PromiseBroken(what="call_back", due=NOON, owner="x")
    stopped = DraftStopped(
        draft_id="d", by="x", channel="sms", text="t", rules=(3,), why=("w",), kind="contradiction"
    )
    facts = (
        fact("p1", made),
        fact("p2", made),
        fact("p1", kept),
        fact("p2", broken),
        fact("v", stopped),
    )
    verdict = judged(facts=facts)
    assert (verdict.promises.made, verdict.promises.kept, verdict.promises.broken) == (2, 1, 1)
    assert verdict.messages.contradictions_stopped == 1


def test_the_customers_time_is_counted_by_the_published_table() -> None:
    table = effort_table("es")
    efforts = (
        Effort(NOON, "call", 7),
        Effort(NOON, "read"),
        Effort(NOON, "sms_written"),
        Effort(NOON, "trip", 40),
    )
    assert customer_minutes(efforts, table) == 8 + 7 + 1 + 1 + 40
    assert (table["email_written"].minutes, table["tap"].minutes) == (10, 1)
    assert all(cost.reason for cost in table.values())


def test_an_effort_without_a_price_is_not_counted_as_nothing() -> None:
    with pytest.raises(UnpricedEffort):
        customer_minutes((Effort(NOON, "letter"),), effort_table("es"))


def test_capabilities_that_are_missing_are_named() -> None:
    lines = {"F": GOOD, "M1": GOOD, "M2": replace(GOOD, capabilities=("calls_in",))}
    expected = Expected(capabilities={"M2": ("calls_in", "data")})
    (held,) = judged(lines=lines, scenario=scenario(expected)).expectations
    assert (held.holds, held.why) == (False, "lacks data")


def test_the_result_has_the_shape_of_the_contract() -> None:
    expected = Expected(finished=True, dead_minutes={"M2": 10}, custody={M2: "brisa"})
    step = Step(at=NOON, line="M2", who="donor", what="cuts")
    verdict = judged(struck=(cut_at(NOON),), timeline=(step,), scenario=scenario(expected))
    shape = json.loads(json.dumps(as_json(verdict, "Europe/Madrid")))
    assert {
        "title", "finished", "finished_at", "lines", "promises", "messages", "faults",
        "customer_minutes", "timeline", "journal", "expectations",
    } <= set(shape)  # fmt: skip
    assert set(shape["lines"]["M2"]) == {
        "custody", "dead_minutes", "capabilities", "iccid", "compensation_eur",
    }  # fmt: skip
    assert shape["promises"] == {"made": 0, "kept": 0, "moved": 0, "broken": 0}
    assert set(shape["messages"]) == {
        "sent", "contradictions_stopped", "contradictions_sent", "asked_for_held",
    }  # fmt: skip
    assert shape["faults"][0]["struck_at"] == "2019-01-14T13:00:00+01:00"
    assert shape["timeline"] == [
        {"at": "2019-01-14T13:00:00+01:00", "line": "M2", "who": "donor", "what": "cuts"}
    ]
    assert shape["journal"] == {"facts": 0, "digest": "sha256:0"}
    assert shape["expectations"][1] == {
        "name": "dead_minutes.M2", "wanted": "<= 10", "got": 0, "holds": True,
    }  # fmt: skip


def test_the_scoreboard_fits_a_narrow_screen_and_needs_no_colour() -> None:
    console = Console(width=80, no_color=True, record=True, file=StringIO())
    verdict = judged(scenario=scenario(Expected(finished=True, dead_minutes={"M2": 10})))
    show_scoreboard(console, verdict)
    text = console.export_text()
    assert "72 h" in text
    assert "✗ 1 of 2 expectations do not hold: finished" in text
    assert max(len(line) for line in text.splitlines()) <= 80

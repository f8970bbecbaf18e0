"""What the command says: what was covered, what never was, what broke and how to see it again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from relevo import wiring
from relevo.play.order_form import check_order
from relevo.play.scenario import load_scenario
from relevo.simulation.draws import COMPANY_SIZE
from relevo.simulation.fate import CompanyFate, Fate
from relevo.simulation.laws import Breach
from relevo.simulation.pursuit import pursue
from relevo.simulation.report import EVERY_KIND, Failure, Tally, as_json, show
from relevo.simulation.sketch import Sketch
from relevo.values.moment import instant

assert wiring.SCHEMA_PACKAGES, "the words of the product are known once it is wired"

AT = instant("2019-01-13T12:00:00+00:00")
SPLIT = Breach(law="no group is split", what="M1 left without M2", at=AT)


def fate(seed: int, *breaches: Breach, struck: tuple[str, ...] = ()) -> Fate:
    return Fate(
        seed=seed,
        kinds=("fixed", "mobile"),
        ending="closed",
        facts=100,
        drawn=("donor reject", "hub duplicate"),
        struck=struck,
        breaches=breaches,
    )


def tally_of(*fates: Fate, broke_off: str = "") -> Tally:
    tally = Tally(range(1, 3))
    crash = ("order crash at worker.decided",)
    company = CompanyFate(company=0, fates=fates, drawn=crash, struck=crash, broke_off=broke_off)
    tally.add(company)
    return tally


def shown(tally: Tally, *failures: Failure) -> str:
    screen = StringIO()
    show(Console(file=screen, width=120), tally, failures)
    return screen.getvalue()


def row(text: str, kind: str) -> str:
    return next(line for line in text.splitlines() if f" {kind} " in line)


def test_a_fault_that_never_struck_is_as_visible_as_one_that_did() -> None:
    text = shown(tally_of(fate(1, struck=("donor reject",))))
    assert "never" not in row(text, "donor reject")
    assert "never" in row(text, "hub duplicate")
    assert "never" in row(text, "courier lost"), "a kind that was not even drawn"
    assert "never" not in row(text, "order crash at worker.decided")
    assert "never" in row(text, "order crash at performer.after_send")


def test_only_the_seeds_that_were_asked_for_are_judged() -> None:
    tally = tally_of(fate(1), fate(2), fate(3, SPLIT))
    assert tally.holds
    assert len(tally.fates) == 2


def test_a_broken_law_is_named_with_the_command_that_shows_it_again() -> None:
    tally = tally_of(fate(1), fate(2, SPLIT))
    failure = Failure(fate=tally.failing[0], command="relevo simulate --from 2 --seeds 1")
    text = shown(tally, failure)
    assert not tally.holds
    assert "M1 left without M2" in text
    assert "relevo simulate --from 2 --seeds 1" in text
    written = as_json(tally, [failure])
    assert written["laws"]["no group is split"] == 1
    assert written["failing"][0]["seed"] == 2
    assert set(written["faults"]) == set(EVERY_KIND)


def test_a_company_that_breaks_off_is_a_failure_with_a_command() -> None:
    tally = tally_of(broke_off="Stuck: it turns in a circle")
    assert not tally.holds
    text = shown(tally)
    assert "Stuck: it turns in a circle" in text
    assert f"relevo simulate --from 1 --seeds {COMPANY_SIZE}" in text


def test_a_seed_that_breaks_alone_is_made_small_and_written_down(tmp_path: Path) -> None:
    def play(sketch: Sketch) -> Fate:
        is_split = any(line["kind"] == "mobile" for line in sketch.lines)
        return fate(sketch.seed, *([SPLIT] if is_split else []))

    failure = pursue(fate(3, SPLIT), play, tmp_path)
    assert failure.file == tmp_path / "relevo-seed-3.toml"
    content = failure.file.read_text(encoding="utf-8")
    assert "no group is split" in content
    assert "relevo simulate --from 3 --seeds 1" in content
    scenario = load_scenario(failure.file, check_order)
    assert [str(line.kind) for line in scenario.world.lines] == ["mobile"]
    assert scenario.world.faults == ()


def test_a_seed_that_breaks_only_in_its_company_says_so(tmp_path: Path) -> None:
    failure = pursue(fate(3, SPLIT), lambda sketch: fate(sketch.seed), tmp_path)
    assert failure.file is None
    assert "its whole company" in failure.note
    assert list(tmp_path.iterdir()) == []

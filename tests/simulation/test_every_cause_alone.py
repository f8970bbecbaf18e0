"""The bundle of the story, refused once for each cause of the country's tables: no group is split,
nothing is asked again unchanged, and what nobody can mend by rule has an owner and is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relevo.porting.profile import HubKind, Reaction, RejectionReason
from relevo.profiles.book import load_book
from relevo.profiles.es import tables
from relevo.simulation.sketch import STORY_STARTS, Table, alone

LINE = {HubKind.MOBILE: "M1", HubKind.FIXED: "F"}
RULES = load_book().on("es", STORY_STARTS.date())

NO_REFUSALS = {Reaction.ACCEPTED, Reaction.LOG_IN_AGAIN}
A_PERSON_MENDS = {Reaction.OUR_FAULT, Reaction.UNRECOGNISED, Reaction.ALREADY_DONE}
SAYS_MORE = {Reaction.CORRECT_DONOR, Reaction.ADOPT_EXISTING}
"""Mended by rule where the hub names the donor or the request; here it gives its code alone."""


def _of_the_donor() -> list[Table]:
    rows = {(HubKind(row["hub"]), row["code"]) for row in tables.rows("reasons.csv")}
    return [
        {"where": "donor", "what": "reject", "line": LINE[hub], "cause": code}
        for hub, code in sorted(rows)
        if RULES.rejection(hub, code).reason is not RejectionReason.UNRECOGNISED
    ]


def _of_the_hub() -> list[Table]:
    mobile = [row["code"] for row in tables.rows("answers.csv") if row["hub"] == "mobile"]
    said = [code for code in mobile if not code.startswith("OURS")]
    fixed = sorted({row["code"] for row in tables.rows("fixed_denials.csv")})
    codes = {HubKind.MOBILE: [*said, "GENE NUEVO"], HubKind.FIXED: [*fixed, "FERROR", "9999"]}
    return [
        {"where": "hub", "what": "refuse", "line": LINE[hub], "cause": code}
        for hub, listed in codes.items()
        for code in listed
        if RULES.hub_answer(code).reaction not in NO_REFUSALS
    ]


def test_each_cause_of_a_donor_is_met_and_the_group_stays_together(
    played_together: Callable[..., Any],
) -> None:
    causes = _of_the_donor()
    fates = played_together([alone(each, place) for place, each in enumerate(causes)]).fates
    for cause, fate in zip(causes, fates, strict=True):
        assert fate.struck == fate.drawn, f"{cause}: it never struck: this proves nothing"
        assert (cause, fate.breaches) == (cause, ())


def test_each_refusal_of_a_hub_is_met_known_or_not(played_together: Callable[..., Any]) -> None:
    causes = _of_the_hub()
    fates = played_together([alone(each, place) for place, each in enumerate(causes)]).fates
    for cause, fate in zip(causes, fates, strict=True):
        assert fate.struck == fate.drawn, f"{cause}: it never struck: this proves nothing"
        assert (cause, fate.breaches) == (cause, ())
        reaction = RULES.hub_answer(cause["cause"]).reaction
        if cause["line"] == "M1" and reaction not in A_PERSON_MENDS | SAYS_MORE:
            assert (cause, fate.ending) == (cause, "closed")

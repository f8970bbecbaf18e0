"""The check before sending: one draft against one snapshot. Pure, and the same for all channels."""

from __future__ import annotations

from relevo.claims.model import Claim, Draft, Finding, Judgement, Snapshot, Verdict
from relevo.claims.read import Dated, Reading, dated, heard, readings
from relevo.claims.rules import asks, states, style, times


def check(snapshot: Snapshot, draft: Draft) -> Verdict:
    """Judge a draft: what it claims, and which rules it breaks."""
    parts = heard(draft.text, snapshot.profile)
    read, when = readings(parts), dated(parts, snapshot)
    found: list[Finding] = [
        *states.findings(read, snapshot, draft.text),
        *times.findings(when, snapshot),
        *asks.held_findings(parts, snapshot),
        *asks.stranger_findings(draft.text, snapshot),
        *style.money_findings(parts, snapshot),
        *style.cause_findings(parts, snapshot),
        *style.ledger_findings(when, snapshot),
        *style.wording_findings(draft.text, snapshot, draft.language),
    ]
    unique = {(each.rule, each.span): each for each in reversed(found)}
    ordered = tuple(sorted(unique.values(), key=lambda each: (each.span, each.rule)))
    return Verdict(
        id=draft.id,
        verdict=_worst(ordered),
        findings=ordered,
        claims=claims_of(read, when),
    )


def claims_of(read: tuple[Reading, ...], when: tuple[Dated, ...]) -> tuple[Claim, ...]:
    """What a text claims, in a fixed order, each claim once."""
    found: dict[tuple[str, str, str], Claim] = {}
    for reading in read:
        for subject in reading.subjects or ("",):
            _put(found, _claim(reading, subject))
    for each in when:
        for day in each.days:
            for subject in each.subjects or ("",):
                _put(
                    found, Claim(subject=subject, predicate=_ABOUT[each.about], value=str(day.day))
                )
        if each.about == "promise":
            at = "/".join(
                f"{time.minutes // 60:02d}:{time.minutes % 60:02d}" for time in each.times
            )
            _put(found, Claim(subject="", predicate="promise", value=at))
    return tuple(found[key] for key in sorted(found))


_ABOUT = {
    "window": "port_window",
    "cancel": "cancel_until",
    "since": "since",
    "parcel": "expected",
    "promise": "promise",
}


def _claim(reading: Reading, subject: str) -> Claim:
    match reading.kind:
        case "capability":
            value: bool | str = "partial" if reading.partly else not reading.negated
            return Claim(subject=subject, predicate=reading.word, value=value)
        case "denial":
            return Claim(subject=subject, predicate="exists", value=False)
        case "parcel":
            return Claim(subject="parcel", predicate="state", value=_word(reading))
        case _:
            return Claim(subject=subject, predicate="state", value=_word(reading))


def _word(reading: Reading) -> str:
    return f"not {reading.word}" if reading.negated else reading.word


def _put(found: dict[tuple[str, str, str], Claim], claim: Claim) -> None:
    found[claim.subject, claim.predicate, str(claim.value)] = claim


def _worst(findings: tuple[Finding, ...]) -> Judgement:
    if any(each.severity == "block" for each in findings):
        return Judgement.BLOCKED
    return Judgement.WARNED if findings else Judgement.PASSED

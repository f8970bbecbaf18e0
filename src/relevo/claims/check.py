"""The check before sending: one draft against one snapshot. Pure, and the same for all channels."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.claims.facts import local
from relevo.claims.model import Claim, Draft, Finding, Judgement, Snapshot, Verdict
from relevo.claims.pledges import Pledge, pledges
from relevo.claims.rules import (
    asks,
    causes,
    ledger,
    lines,
    money,
    promises,
    rights,
    strangers,
    times,
    wording,
)
from relevo.claims.sentences import sentences_of
from relevo.claims.statements import Statement, statements
from relevo.claims.subjects import Reader, Spoken, spoken
from relevo.claims.timing import Timed, timed


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a draft says."""

    parts: tuple[Spoken, ...]
    said: tuple[Statement, ...]
    times_said: tuple[Timed, ...]
    promised: tuple[Pledge, ...]


def _read(snapshot: Snapshot, draft: Draft) -> _Reading:
    language = draft.language or snapshot.language
    parts = spoken(sentences_of(draft.text, language), Reader.of(snapshot))
    today = local(snapshot, snapshot.now).date()
    return _Reading(parts, statements(parts), timed(parts, today), pledges(parts, today))


def claimed(snapshot: Snapshot, draft: Draft) -> tuple[Claim, ...]:
    """What a draft claims, without judging it: for what is written from the facts alone."""
    return _claims_of(_read(snapshot, draft))


def check(snapshot: Snapshot, draft: Draft) -> Verdict:
    """Judge a draft: what it claims, and which rules it breaks."""
    read = _read(snapshot, draft)
    parts, said, times_said, promised = read.parts, read.said, read.times_said, read.promised
    found: list[Finding] = [
        *lines.findings(said, parts, snapshot),
        *times.vague_findings(parts, times_said, promised, snapshot),
        *times.findings(times_said, snapshot, ledger.taken_back(parts, times_said, snapshot)),
        *promises.findings(promised, parts, snapshot),
        *ledger.findings(parts, said, times_said, snapshot),
        *money.findings(parts, snapshot, ledger.amounts_taken_back(parts, snapshot)),
        *causes.findings(parts, snapshot),
        *asks.findings(parts, snapshot),
        *strangers.findings(parts, snapshot),
        *rights.findings(parts, snapshot),
        *wording.findings(draft.text, parts, snapshot, draft.language or snapshot.language),
    ]
    unique = {(each.rule, each.span): each for each in reversed(found)}
    ordered = tuple(sorted(unique.values(), key=lambda each: (each.span, each.rule)))
    return Verdict(
        id=draft.id,
        verdict=_worst(ordered),
        findings=ordered,
        claims=_claims_of(read),
    )


def _claims_of(read: _Reading) -> tuple[Claim, ...]:
    """In a fixed order, each claim once."""
    found: dict[tuple[str, str, str], Claim] = {}
    for each in read.said:
        for subject in each.subjects or ("",):
            _put(found, _claim(each, subject))
    for one in read.times_said:
        if one.about in _ABOUT and one.manner.is_stated:
            for day in one.days:
                for subject in one.subjects or ("",):
                    claim = Claim(subject=subject, predicate=_ABOUT[one.about], value=str(day.day))
                    _put(found, claim)
    for pledge in read.promised:
        at = "/".join(_clock(minutes) for c in pledge.clocks for minutes in sorted(c.options)[:1])
        for day in pledge.days:
            _put(found, Claim(subject="", predicate="promise", value=f"{day.day} {at}".strip()))
        if not pledge.days:
            _put(found, Claim(subject="", predicate="promise", value=at))
    return tuple(found[key] for key in sorted(found))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_ABOUT = {
    "window": "port_window",
    "cancel": "cancel_until",
    "since": "since",
    "parcel": "expected",
    "bill": "due",
}


def _claim(each: Statement, subject: str) -> Claim:
    match each.kind:
        case "capability":
            value: bool | str = "partial" if each.partly else not each.negated
            return Claim(subject=subject, predicate=each.word, value=value)
        case "denial":
            return Claim(subject=subject, predicate="exists", value=False)
        case "parcel":
            return Claim(subject="parcel", predicate="state", value=_word(each))
        case _:
            return Claim(subject=subject, predicate="state", value=_word(each))


def _word(each: Statement) -> str:
    return f"not {each.word}" if each.negated else each.word


def _put(found: dict[tuple[str, str, str], Claim], claim: Claim) -> None:
    found[claim.subject, claim.predicate, str(claim.value)] = claim


def _worst(findings: tuple[Finding, ...]) -> Judgement:
    if any(each.severity == "block" for each in findings):
        return Judgement.BLOCKED
    return Judgement.WARNED if findings else Judgement.PASSED

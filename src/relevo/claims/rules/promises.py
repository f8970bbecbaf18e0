"""Rule 7 (and 11): a promise is one that somebody made, owns and can keep in the law's time."""

from __future__ import annotations

import re
from datetime import date, datetime

from relevo.claims.facts import local
from relevo.claims.lexicon import companies, pattern
from relevo.claims.model import Finding, Snapshot
from relevo.claims.pledges import Pledge
from relevo.claims.subjects import Spoken
from relevo.values.moment import Moment

_DENIED = pattern("promises", "promise", "denied")
_CHANGED = pattern("promises", "said", "changed")


def findings(
    given: tuple[Pledge, ...], parts: tuple[Spoken, ...], snapshot: Snapshot
) -> list[Finding]:
    """What the promises of a text lack."""
    kept = any(not _wrong(each, snapshot) and each.clocks for each in given)
    found: list[Finding] = []
    for each in given:
        why = _wrong(each, snapshot)
        if why and kept and not each.vague and not each.days and not each.clocks:
            continue  # "I let you know" beside the time at which he does
        if why:
            found.append(_finding(each, why, snapshot))
            found += _told_otherwise(each, snapshot)
    return [*found, *_denied(parts, snapshot)]


def _wrong(each: Pledge, snapshot: Snapshot) -> str:
    """What is wrong with a promise; "" when nothing is."""
    today = local(snapshot, snapshot.now).date()
    days = [day for day in each.days if day.day >= today]
    if each.days and not days:
        return ""  # it tells what was done, not what will be
    if each.is_bound and not each.clocks:
        return ""
    if not each.clocks:
        if each.absolute and _due_days(snapshot) & {day.day for day in each.absolute}:
            return ""
        return "a promise names its day and time; a relative word is none"
    if each.days and not each.absolute and all(day.word not in {"hoy", "today"} for day in days):
        return "write the date beside the relative word"
    said = _moments(each, today, snapshot)
    if _dues(snapshot):
        if all(
            any(_same(moment, due, snapshot) for moment in one for due in _dues(snapshot))
            for one in said
        ):
            return ""
        late = _law(snapshot)
        if late and any(min(one) > late for one in said):
            return "the law's clock runs out before that"
        if _has_open(each, snapshot) or any(min(one) > _last(snapshot) for one in said):
            return "another time is promised: make this one first, so that it has an owner"
        return ""
    late = _law(snapshot)
    if late and any(min(one) > late for one in said):
        return "the law's clock runs out before that"
    return ""


_CALLS = re.compile(r"llam|toque|call|ring|phone|buzz|bell")


def _law(snapshot: Snapshot) -> datetime | None:
    late = snapshot.case and snapshot.case.legal_due
    return local(snapshot, late) if late else None


def _last(snapshot: Snapshot) -> datetime:
    """The latest time that is promised, or that the law leaves."""
    return max(
        [*(local(snapshot, due) for due in _dues(snapshot)), *filter(None, [_law(snapshot)])]
    )


def _has_open(each: Pledge, snapshot: Snapshot) -> bool:
    """Whether the same thing is promised for another time: one open promise for each topic."""
    calls = _CALLS.search(each.words) is not None
    return any(
        (_CALLS.search(promise.what) is not None) == calls for promise in snapshot.open_promises
    )


def _moments(each: Pledge, today: date, snapshot: Snapshot) -> list[list[datetime]]:
    """For each of its times the moments that it may mean."""
    days = [day.day for day in each.days if day.day >= today] or [today]
    here = local(snapshot, snapshot.now)
    every = [
        [
            here.replace(year=d.year, month=d.month, day=d.day, hour=m // 60, minute=m % 60)
            for d in days[-2:]
            for m in (clock.until or clock.options)
        ]
        for clock in each.clocks
    ]
    # "at five", said at three in the afternoon: nobody promises what is past
    return [[m for m in one if m > here] or one for one in every]


def _same(moment: datetime, due: Moment, snapshot: Snapshot) -> bool:
    here = local(snapshot, due)
    return (moment.date(), moment.hour, moment.minute) == (here.date(), here.hour, here.minute)


def _dues(snapshot: Snapshot) -> list[Moment]:
    dues = [promise.due for promise in snapshot.open_promises]
    if snapshot.case and snapshot.case.next_update:
        dues.append(snapshot.case.next_update)
    return dues


def _due_days(snapshot: Snapshot) -> set[date]:
    return {local(snapshot, due).date() for due in _dues(snapshot)}


def _open(snapshot: Snapshot) -> str:
    dues = sorted(f"{local(snapshot, due):%Y-%m-%d %H:%M}" for due in _dues(snapshot))
    return ", ".join(dues) or "no promise is open"


def _finding(each: Pledge, why: str, snapshot: Snapshot) -> Finding:
    return Finding(rule=7, span=each.span, says=each.words, facts_say=_open(snapshot), why=why)


def _told_otherwise(each: Pledge, snapshot: Snapshot) -> list[Finding]:
    """Another time than the one that the customer was told, without a word about it."""
    told = any(re.search(r"\d[:.h]\d\d", said.text) for said in snapshot.said)
    if not (told and each.clocks and snapshot.open_promises) or _CHANGED.search(each.sentence.text):
        return []
    why = "the customer was told another time: say that it changes"
    return [Finding(rule=11, span=each.span, says=each.words, facts_say=_open(snapshot), why=why)]


def _denied(parts: tuple[Spoken, ...], snapshot: Snapshot) -> list[Finding]:
    """ "Nobody will call you", while a call is promised."""
    if not snapshot.open_promises:
        return []
    found = []
    for part in parts:
        match = _DENIED.search(part.sentence.text)
        if match and part.sentence.manner(*match.span()).is_stated:
            why = "a promise is open: it cannot be denied"
            found.append(
                Finding(
                    rule=11,
                    span=part.sentence.span(*match.span()),
                    says=match[0],
                    facts_say=_open(snapshot),
                    why=why,
                )
            )
    return found


_NAMED = re.compile(r"\b([A-ZÁÉÍÓÚ][a-záéíóúñ]+)\s+(?:te|le|os|will|calls|writes)\b")


def strangers(raw: str, snapshot: Snapshot) -> set[str]:
    """People who are said to act, and own nothing here."""
    owners = {promise.owner.lower() for promise in snapshot.open_promises}
    owners |= {snapshot.case.owner.lower()} if snapshot.case else set()
    known = owners | set(companies())
    return {name for name in _NAMED.findall(raw) if name.lower() not in known}

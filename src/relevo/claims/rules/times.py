"""Rules 1 and 7: dates are those of the facts, promises are ones that somebody made and owns."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from relevo.claims.facts import fact_of, facts_with, lines_of, local
from relevo.claims.intents import BOUND_TO_EVENT
from relevo.claims.model import Finding, KnownFact, Snapshot
from relevo.claims.read import Dated
from relevo.values.moment import Moment


def findings(dated: tuple[Dated, ...], snapshot: Snapshot) -> list[Finding]:
    """What the dates and promises of a text say against the facts."""
    found: list[Finding] = []
    for each in dated:
        match each.about:
            case "promise":
                found += _promise(each, snapshot)
            case "window":
                found += _relative(each, snapshot) or _window(each, snapshot)
            case "parcel":
                found += _relative(each, snapshot) or _parcel(each, snapshot)
            case "cancel":
                found += _instant(each, _cancel_moments(snapshot), snapshot)
            case "since":
                found += _instant(each, _since_moments(each, snapshot), snapshot)
            case _:
                raise AssertionError(f"no rule for dates of a {each.about}")
    return found


def _finding(rule: int, dated: Dated, says: str, facts_say: str, why: str) -> Finding:
    return Finding(rule=rule, span=dated.span, says=says, facts_say=facts_say, why=why)


def _absolute(dated: Dated) -> tuple[date, ...]:
    return tuple(day.day for day in dated.days if not day.relative)


def _relative(dated: Dated, snapshot: Snapshot) -> list[Finding]:
    """A relative word needs its absolute date beside it, and both must agree."""
    text = dated.sentence.text
    bare = [
        day
        for day in dated.days
        if day.relative
        and text[day.start : day.end] in {"manana", "tomorrow", "hoy", "today", "pasado manana"}
    ]
    absolute = _absolute(dated)
    if not absolute and dated.relative and not dated.days:
        why = "write the date and the time themselves"
        return [_finding(1, dated, dated.relative[0], "no such date", why)]
    if (
        bare
        and not absolute
        and (text[bare[0].start : bare[0].end] not in {"hoy", "today"} or not dated.times)
    ):
        why = "write the date beside the relative word"
        return [_finding(1, dated, text[bare[0].start : bare[0].end], "no such date", why)]
    for day in bare:
        if absolute and day.day not in absolute:
            why = "the relative word and the date do not agree"
            return [_finding(1, dated, str(day.day), str(absolute[0]), why)]
    return []


def _window(dated: Dated, snapshot: Snapshot) -> list[Finding]:
    windows = _windows(dated, snapshot)
    if not dated.days:
        return []
    days = {day.day for day in dated.days}
    fitting = [window for window in windows if days & {window[0].date(), window[1].date()}]
    extra = days - {edge.date() for window in windows for edge in window}
    if fitting and (not extra or dated.acknowledged):
        wrong_time = [
            time
            for time in dated.times
            if not any(_within(window, time.minutes) for window in windows)
        ]
        if not wrong_time:
            return []
        says = f"{wrong_time[0].minutes // 60:02d}:{wrong_time[0].minutes % 60:02d}"
        return [_finding(1, dated, says, _span(fitting[0]), "the time is not in the window")]
    known = _span(windows[0]) if windows else "no window is set"
    return [
        _finding(1, dated, str(min(extra or days)), known, "the date is not that of the window")
    ]


def _windows(dated: Dated, snapshot: Snapshot) -> list[tuple[datetime, datetime]]:
    own = [number for number in dated.subjects if number in snapshot.addressee.numbers]
    found = []
    for number in own or lines_of(snapshot):
        fact = fact_of(snapshot, number, "port_window")
        if fact and isinstance(fact.value, tuple) and len(fact.value) == 2:
            zone = ZoneInfo(snapshot.zone)
            opens, closes = (datetime.fromisoformat(edge).astimezone(zone) for edge in fact.value)
            found.append((opens, closes))
    return found


def _within(window: tuple[datetime, datetime], minutes: int) -> bool:
    low = window[0].hour * 60 + window[0].minute
    high = window[1].hour * 60 + window[1].minute
    return low <= minutes <= high


def _span(window: tuple[datetime, datetime]) -> str:
    return f"{window[0]:%Y-%m-%d %H:%M}-{window[1]:%H:%M}"


def _parcel(dated: Dated, snapshot: Snapshot) -> list[Finding]:
    if not dated.days:
        return []
    expected = {
        str(fact.value)
        for fact in facts_with(snapshot, "expected")
        if fact.subject.startswith("parcel:")
    }
    if any(str(day.day) in expected for day in dated.days):
        return []
    known = ", ".join(sorted(expected)) or "no date is known"
    return [_finding(1, dated, str(dated.days[0].day), known, "the parcel is not expected then")]


def _cancel_moments(snapshot: Snapshot) -> list[Moment]:
    """Any line's limit will do: the earliest of a group is the one that is told."""
    return [m for fact in facts_with(snapshot, "cancel_until") if (m := _moment(fact))]


def _since_moments(dated: Dated, snapshot: Snapshot) -> list[Moment]:
    known = [fact.since for fact in snapshot.facts if fact.since and _concerns(dated, fact)]
    return [*known, *([snapshot.now] if known else [])]


def _concerns(dated: Dated, fact: KnownFact) -> bool:
    return not dated.subjects or fact.subject in dated.subjects or fact.subject[:1] != "+"


def _moment(fact: KnownFact) -> Moment | None:
    return datetime.fromisoformat(fact.value) if isinstance(fact.value, str) else None


def _instant(dated: Dated, moments: list[Moment], snapshot: Snapshot) -> list[Finding]:
    """Date and time must be those of one of the moments; without any there is nothing to hold."""
    if not moments:
        return []
    here = [local(snapshot, moment) for moment in moments]
    days = {day.day for day in dated.days}
    times = {time.minutes for time in dated.times}
    for moment in here:
        day_fits = not days or moment.date() in days
        time_fits = not times or moment.hour * 60 + moment.minute in times
        if day_fits and time_fits:
            return []
    says = ", ".join([*map(str, sorted(days)), *(f"{m // 60:02d}:{m % 60:02d}" for m in times)])
    return [_finding(1, dated, says, f"{here[0]:%Y-%m-%d %H:%M}", "the facts have another time")]


def _promise(dated: Dated, snapshot: Snapshot) -> list[Finding]:
    """A promise has an absolute due time, and it is one that somebody owns (rule 7)."""
    today = local(snapshot, snapshot.now).date()
    absolute = [day for day in dated.days if day.day >= today]
    if dated.days and not absolute:
        return []  # it tells what was done, not what will be
    if BOUND_TO_EVENT.search(dated.sentence.text):
        return []  # it promises to tell of something we watch
    if not dated.times:
        why = "a promise names its day and time; a relative word is none"
        return [_finding(7, dated, dated.sentence.text.strip(), _open(snapshot), why)]
    days = {day.day for day in absolute} or {today}
    for due in _dues(snapshot):
        moment = local(snapshot, due)
        if moment.date() in days and moment.hour * 60 + moment.minute in {
            time.minutes for time in dated.times
        }:
            return []
    minutes = dated.times[-1].minutes
    says = f"{min(days)} {minutes // 60:02d}:{minutes % 60:02d}"
    why = "no such promise is open: make it first, so that it has an owner and a clock"
    return [_finding(7, dated, says, _open(snapshot), why)]


def _dues(snapshot: Snapshot) -> list[Moment]:
    dues = [promise.due for promise in snapshot.open_promises]
    if snapshot.case and snapshot.case.next_update:
        dues.append(snapshot.case.next_update)
    return dues


def _open(snapshot: Snapshot) -> str:
    dues = sorted(f"{local(snapshot, due):%Y-%m-%d %H:%M}" for due in _dues(snapshot))
    return ", ".join(dues) or "no promise is open"

"""Rule 1: days and times are those of the facts, and stand there as dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from relevo.claims.clocks import Clock
from relevo.claims.days import Day
from relevo.claims.facts import fact_of, facts_with, instant, lines_of, local, parcel_facts
from relevo.claims.lexicon import pattern
from relevo.claims.model import Finding, Snapshot
from relevo.claims.parcel_words import ARRIVES
from relevo.claims.pledges import Pledge
from relevo.claims.subjects import Spoken
from relevo.claims.timing import Timed
from relevo.values.moment import Moment

Window = tuple[datetime, datetime]
_GONE = frozenset({"ayer", "anteayer", "anoche", "antes de ayer", "yesterday", "last night"})
_TOLD = frozenset({"hoy", "today"})
"""Relative words that leave no doubt: whoever reads it, reads it today."""


def findings(
    said: tuple[Timed, ...], snapshot: Snapshot, taken_back: frozenset[date] = frozenset()
) -> list[Finding]:
    """What days and times say against the facts; ``taken_back``: told before, now corrected."""
    found: list[Finding] = []
    for whole in said:
        each = _without(whole, taken_back)
        if each is None or each.manner.asked or each.manner.reported:
            continue
        found += _misnamed(each)
        denied = each.manner.negated and each.about != "since"  # "without service since Monday"
        if (each.manner.supposed and each.about != "cancel") or denied:
            continue
        match each.about:
            case "window":
                found += _vague(each) or _window(each, snapshot)
            case "parcel":
                found += _vague(each) or _parcel(each, snapshot)
            case "bill":
                found += _vague(each) or _bill(each, snapshot)
            case "cancel":
                found += _vague(each) or _instant(each, _cancel_moments(each, snapshot), snapshot)
            case "date":
                found += _vague(each) or _date(each, snapshot)
            case "since" if not (each.manner.past and _is_a_stretch(each)):
                found += _instant(each, _since_moments(each, snapshot), snapshot)
            case "" if each.names_numbers and _is_awaited(each, snapshot):
                found += _vague(each)
            case _:
                pass  # promises have a rule of their own; what cannot be read is no reason
    return found


def _without(each: Timed, taken_back: frozenset[date]) -> Timed | None:
    """Without the days that are named only to take them back; None when nothing is left."""
    kept = tuple(day for day in each.days if day.day not in taken_back)
    if len(kept) == len(each.days):
        return each
    return replace(each, days=kept) if kept else None


def _is_a_stretch(each: Timed) -> bool:
    """ "It was out from 14:06 to 17:45": told afterwards, with its end."""
    return len(each.clocks) > 1 or any(clock.until for clock in each.clocks)


def _finding(each: Timed, says: str, facts_say: str, why: str) -> Finding:
    return Finding(rule=1, span=each.span, says=says, facts_say=facts_say, why=why)


def _misnamed(each: Timed) -> Iterator[Finding]:
    """ "Friday 12 March" when the 12th is a Thursday; "tomorrow 14 March" when it is not."""
    for day in each.days:
        if day.weekday_is_wrong:
            right = f"{day.day:%A}"
            why = f"{day.day} is a {right}"
            yield _finding(each, f"another weekday for {day.day}", right, why)
    absolute = {day.day for day in each.absolute}
    for day in each.days:
        near = [one for one in each.absolute if _beside(each.sentence.text, day, one)]
        if day.relative and near and day.day not in absolute:
            why = "the relative word and the date do not agree"
            yield _finding(each, str(day.day), str(near[0].day), why)


_TIED = re.compile(r"[\s,.:(-]*(?:(?:dia|el|the|es decir|o sea|on|que es|which is|,)\s*)*\(?")


def _beside(text: str, one: Day, other: Day) -> bool:
    first, second = sorted((one, other), key=lambda each: each.start)
    return _TIED.fullmatch(text[first.end : second.start]) is not None


_MOVES = pattern("times", "topic", "window")
_FAR = re.compile(
    r"\b(?:(?:la|esta) (?:proxima )?semana(?: que (?:viene|entra)| proxima)?|la semana que viene"
    r"|el mes que viene|en (?:unos|pocos"
    r"|un par de|\d+|dos|tres) dias|dentro de (?:unos|pocos|\d+|dos|tres) dias|esta noche"
    r"|esta madrugada|pronto|en breve"
    r"|next week|next month|in (?:a few|\d+|two|three|a couple of) days|soon|shortly|tonight"
    r"|later this week|this week"
    r"|in the (?:next|coming) (?:few )?days|en los proximos dias|a (?:finales"
    r"|principios) de (?:mes|semana))\b"
)


def vague_findings(
    parts: tuple[Spoken, ...],
    said: tuple[Timed, ...],
    promised: tuple[Pledge, ...],
    snapshot: Snapshot,
) -> list[Finding]:
    """ "Your number moves next week": a move that is dated by a word which is no date."""
    dated = {each.sentence.index for each in said if each.days}
    dated |= {each.sentence.index for each in promised}
    found = []
    for part in parts:
        sentence = part.sentence
        far, moves = _FAR.search(sentence.text), _MOVES.search(sentence.text)
        if not far or not moves or sentence.index in dated:
            continue
        manner = sentence.manner(*moves.span())
        if not manner.is_stated or manner.negated or not windows_of((), snapshot):
            continue
        why = "write the date itself"
        span = sentence.span(*far.span())
        found.append(Finding(rule=1, span=span, says=far[0], facts_say="no such date", why=why))
    return found


def _is_awaited(each: Timed, snapshot: Snapshot) -> bool:
    """Whether the day may be that of the move of a number: it is ahead, and the words are odd."""
    windows = [f for f in facts_with(snapshot, "port_window") if f.subject in each.subjects]
    days = {str(day.day) for day in each.days}
    return any(
        str(one)[:10] in days for f in windows if isinstance(f.value, tuple) for one in f.value
    )


def _vague(each: Timed) -> list[Finding]:
    """A relative word needs its absolute date beside it."""
    if each.absolute or not each.days:
        return []
    words = [day for day in each.days if day.word not in _TOLD and day.word not in _GONE]
    if not words:
        return []
    why = "write the date beside the relative word"
    return [_finding(each, words[0].word, "no such date", why)]


# --- windows -----------------------------------------------------------------------------------


def _window(each: Timed, snapshot: Snapshot) -> list[Finding]:
    windows = windows_of(each.subjects, snapshot)
    happened = _since_moments(each, snapshot)
    if _is_history(each, snapshot):
        return []
    if not windows and _others_have(each, snapshot):
        why = "no day is set for that number"
        return [_finding(each, _said(each), "no window is set", why)]
    if not windows:
        if not happened or each.manner.past:
            return _instant(each, happened, snapshot)
        known = [moment for moment in happened if moment <= snapshot.now]
        return _instant(each, known, snapshot) if known else []
    days = {day.day for day in each.absolute or each.days}
    fitting = [w for w in windows if not days or days & {w[0].date(), w[1].date()}]
    apart = _of_each(each, snapshot)
    if len(apart) > 1 and days and not all(days & each_days for each_days in apart):
        why = "not all of these numbers move on that day"
        return [_finding(each, _said(each), _shown(windows[0]), why)]
    if fitting and all(_fits(clock, w) for clock in each.clocks for w in fitting[:1]):
        nights = {edge.date() for w in windows for edge in w}
        if _NIGHT.search(each.sentence.text):  # "in the night from the 17th to the 18th"
            nights |= {day - timedelta(days=1) for day in nights}
        extra = days - nights
        if not extra:
            return []
    if happened and (
        not _instant(each, happened, snapshot)
        or (not any(clock.until for clock in each.clocks) and _came_first(each, happened, snapshot))
    ):
        return []
    says = _said(each)
    why = "the time is not in the window" if fitting else "the date is not that of the window"
    return [_finding(each, says, _shown(windows[0]), why)]


_NIGHT = re.compile(r"\b(?:noche|madrugada|night)\b")


def _came_first(each: Timed, happened: list[Moment], snapshot: Snapshot) -> bool:
    """It moved in the night of the day on which it was seen to work."""
    here = {local(snapshot, moment).date() for moment in happened if moment <= snapshot.now}
    days = {day.day for day in each.days}
    today = local(snapshot, snapshot.now).date()
    return bool(days) and days <= here and all(day <= today for day in days)


def _of_each(each: Timed, snapshot: Snapshot) -> list[set[date]]:
    """The days of each of several numbers that are named together."""
    if not each.names_numbers or len(each.subjects) < 2:
        return []
    windows = [windows_of((number,), snapshot) for number in each.subjects]
    return [{edge.date() for w in own for edge in w} for own in windows if own]


def _others_have(each: Timed, snapshot: Snapshot) -> bool:
    """Whether a day is named for a number that has none, beside others that have theirs."""
    own = [n for n in each.subjects if n in snapshot.addressee.numbers]
    today = local(snapshot, snapshot.now).date()
    ahead = bool(each.days) and all(day.day >= today for day in each.days)
    return each.names_numbers and bool(own) and ahead and bool(facts_with(snapshot, "port_window"))


def _is_history(each: Timed, snapshot: Snapshot) -> bool:
    """A day that is past, of a line that has moved, whose day of moving is not among the facts."""
    today = local(snapshot, snapshot.now).date()
    states = {fact.value for n in each.subjects if (fact := fact_of(snapshot, n, "state"))}
    known = any(f.since for n in each.subjects if (f := fact_of(snapshot, n, "state")))
    past = bool(each.days) and all(day.day < today for day in each.days)
    return past and not known and (not states or bool(states & {"ported", "live"}))


def windows_of(subjects: tuple[str, ...], snapshot: Snapshot) -> list[Window]:
    """The windows of these numbers; of all the addressee's lines when none is named."""
    zone = ZoneInfo(snapshot.zone)
    own = [number for number in subjects if number in snapshot.addressee.numbers]
    found: list[Window] = []
    for number in own or (*lines_of(snapshot), *snapshot.addressee.numbers):
        fact = fact_of(snapshot, number, "port_window")
        if fact and isinstance(fact.value, tuple) and len(fact.value) == 2:
            opens, closes = (instant(edge) for edge in fact.value)
            if opens and closes:
                window = (opens.astimezone(zone), closes.astimezone(zone))
                found += [window] if window not in found else []
    return found


def _fits(clock: Clock, window: Window) -> bool:
    """Whether a time lies in the window, and a span is the window."""
    low, high = (edge.hour * 60 + edge.minute for edge in window)
    if clock.until:
        return low in clock.options and high in clock.until
    return any(low <= minutes <= high for minutes in clock.options)


def _shown(window: Window) -> str:
    return f"{window[0]:%Y-%m-%d %H:%M}-{window[1]:%H:%M}"


# --- parcels and bills -------------------------------------------------------------------------


_CAME = re.compile(
    r"\b(?:entregad\w+|entrego|entregaron|llego|ha llegado|intent\w+|fall\w+|delivered|arrived"
    r"|attempt\w*|failed|signed)\b"
)


_ITS_DATE = re.compile(r"\b(?:fecha|date)\b")
_ON_ITS_WAY = re.compile(r"\b(?:en|de|a) reparto\b|\bout for delivery\b")


def _parcel(each: Timed, snapshot: Snapshot) -> list[Finding]:
    facts = parcel_facts(each.sentence.text, snapshot)
    expected = {str(fact.value)[:10] for fact in facts if fact.predicate == "expected"}
    happened = [fact.since for fact in facts if fact.since]
    seen = [fact.seen for fact in facts if fact.seen]
    begin, _ = each.sentence.clause(each.start)
    breath = _ON_ITS_WAY.sub(" ", each.sentence.text[max(0, begin - 40) : each.end + 40])
    today = local(snapshot, snapshot.now).date()
    is_ahead = any(day.day > today for day in each.absolute)
    if not is_ahead and not any(each.search(breath) for each in (ARRIVES, _CAME, _ITS_DATE)):
        return []  # "today it is out for delivery" says nothing of the day on which it comes
    ahead = [day for day in each.days if day.word not in _GONE]
    if not ahead or any(str(day.day) in expected for day in ahead):
        return []
    past = [*happened, *seen]
    told_as_past = each.clocks or _CAME.search(each.sentence.text)
    if past and told_as_past and not _instant(each, past, snapshot):
        return []
    if not expected and not happened:
        return []
    known = ", ".join(sorted(expected)) or "no date is known"
    return [_finding(each, str(each.days[0].day), known, "the parcel is not expected then")]


def _bill(each: Timed, snapshot: Snapshot) -> list[Finding]:
    dues = {
        str(fact.value)[:10] for fact in facts_with(snapshot, "due") if fact.subject[:4] == "bill"
    }
    wrong = [day for day in each.days if str(day.day) not in dues]
    if not dues or not wrong:
        return []
    why = "the bill is due on another day"
    return [_finding(each, str(wrong[0].day), ", ".join(sorted(dues)), why)]


def _date(each: Timed, snapshot: Snapshot) -> list[Finding]:
    """ "The new date is the 16th": that of the move, the parcel or the bill."""
    windows = windows_of(each.subjects, snapshot)
    days = {day.day for day in each.days}
    if any(days & {edge.date() for edge in window} for window in windows):
        return _window(each, snapshot)
    known = {str(edge.date()) for window in windows for edge in window}
    for predicate in ("expected", "due", "cancel_until"):
        known |= {str(fact.value)[:10] for fact in facts_with(snapshot, predicate)}
    wrong = [day for day in each.days if str(day.day) not in known]
    if not known or not wrong or _is_history(each, snapshot):
        return []
    why = "nothing is dated on that day"
    return [_finding(each, str(wrong[0].day), ", ".join(sorted(known)), why)]


# --- moments -----------------------------------------------------------------------------------


def _cancel_moments(each: Timed, snapshot: Snapshot) -> list[Moment]:
    """Any line's limit will do when none is named: the earliest of a group is the one told."""
    facts = facts_with(snapshot, "cancel_until")
    own = [f for f in facts if each.names_numbers and f.subject in each.subjects] or list(facts)
    limits = [instant(fact.value) for fact in own if isinstance(fact.value, str)]
    return [limit for limit in limits if limit]


def _since_moments(each: Timed, snapshot: Snapshot) -> list[Moment]:
    """When something that is known began; for a named number its own facts only."""
    own = [fact for fact in snapshot.facts if fact.since and fact.subject in each.subjects]
    facts = own or [fact for fact in snapshot.facts if fact.since]
    known = [fact.since for fact in facts if fact.since]
    seen = [fact.seen for fact in snapshot.facts if fact.seen]
    if snapshot.case and snapshot.case.resolved_at:
        known.append(snapshot.case.resolved_at)
    return [*known, *seen] if known else []


def _instant(each: Timed, moments: list[Moment], snapshot: Snapshot) -> list[Finding]:
    """Day and time must be those of one of the moments; without any there is nothing to hold."""
    if not moments:
        return []
    here = [local(snapshot, moment) for moment in moments]
    days = {day.day for day in each.days}
    times = [clock.options | clock.until for clock in each.clocks]
    for moment in here:
        minutes = moment.hour * 60 + moment.minute
        if (not days or moment.date() in days) and all(minutes in one for one in times):
            return []
    if len(days) > 1 and days <= {moment.date() for moment in here}:
        known = {moment.hour * 60 + moment.minute for moment in here}
        if all(one & known for one in times):
            return []  # several moments, told one after another
    return [_finding(each, _said(each), f"{here[0]:%Y-%m-%d %H:%M}", "the facts say otherwise")]


def _said(each: Timed) -> str:
    clocks = (min(clock.options) for clock in each.clocks)
    return ", ".join(
        [
            *(str(day.day) for day in each.days),
            *(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in clocks),
        ]
    )


def days_said(each: Timed) -> set[date]:
    """The days that it names."""
    return {day.day for day in each.days}


__all__ = ["Day", "days_said", "findings", "windows_of"]

"""``/desk/rules``: the country's rules as this program understands them, on any day.

What is shown is what runs: times are asked of the profile itself, and terms are read from its own
data, with their sources. A source that is not official is marked: it may be otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.pages.console import console_of
from relevo.pages.export import as_csv, wants_csv
from relevo.pages.page import page
from relevo.porting.profile import HubKind, PortingProfile
from relevo.profiles import tables
from relevo.profiles.book import UnknownProfile
from relevo.values.moment import Moment, utc

FILES = ("terms.toml", "care.toml", "compensation.toml", "holidays.toml")
CAUSES = "reasons.csv"
_ASKED_AT = time(11, 0)
_OFFICIAL = "A"
_ABOUT = frozenset({"source", "valid_from", "valid_until", "review", "value", "certainty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One rule in the country's data."""

    place: str
    value: str
    source: str
    since: date | None
    is_confirmed: bool
    wants_lawyer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What a hub makes of a request at that moment."""

    hub: HubKind
    asked_at: Moment
    opens: Moment
    reply_from: Moment
    reply_due: Moment
    window: Any
    cancel_until: Moment
    safety_at: Moment
    latest_day: date


def show_rules(request: Request) -> Response:
    """The page; ``?as=csv`` gives the terms."""
    console = console_of(request)
    own = console.settings.rules
    country = own.code.partition("@")[0]
    here = ZoneInfo(own.zone)
    today = console.now().astimezone(here).date()
    day = _day(request.query_params.get("on", ""), today)
    book = wiring.book()
    try:
        rules, unknown = book.on(country, day), False
    except UnknownProfile:
        rules, unknown = own, True
    terms = [term for file in FILES for term in _terms(country, file, day)]
    if wants_csv(request):
        return as_csv(request, "rules", _COLUMNS, _cells(terms))
    hub = request.query_params.get("hub", "")
    kind = HubKind(hub) if hub in set(HubKind) else HubKind.MOBILE
    return page(
        request,
        "duty/rules.html",
        code=rules.code,
        unknown=unknown,
        day=day,
        today=today,
        hub=kind,
        hubs=list(HubKind),
        editions=book.editions(country),
        times=[_times(rules, each, day, here) for each in HubKind],
        hold_until=rules.hold_until(utc(datetime.combine(day, _ASKED_AT, here))),
        months=_year(rules, kind, day),
        terms=terms,
        causes=_causes(country, day),
        recipients={each: rules.recipient(each) for each in HubKind},
        multiples={each: rules.multiple(each) for each in HubKind},
        zone=here,
    )


def _day(said: str, today: date) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return today


def _times(rules: PortingProfile, hub: HubKind, day: date, here: ZoneInfo) -> Times:
    """For a request in the morning of that day."""
    asked = utc(datetime.combine(day, _ASKED_AT, here))
    window = rules.default_window(hub, asked)
    return Times(
        hub=hub,
        asked_at=asked,
        opens=rules.opens_at(hub, asked),
        reply_from=rules.reply_from(hub, asked),
        reply_due=rules.reply_due(hub, asked),
        window=window,
        cancel_until=rules.cancel_until(hub, window),
        safety_at=rules.safety_at(hub, window),
        latest_day=rules.latest_window_day(hub, asked),
    )


def _year(rules: PortingProfile, hub: HubKind, day: date) -> list[list[tuple[date, bool]]]:
    """The days of the year, month by month, and whether the hub works on them."""
    calendar = rules.calendar(hub)
    months: list[list[tuple[date, bool]]] = [[] for _ in range(12)]
    for ordinal in range(date(day.year, 1, 1).toordinal(), date(day.year, 12, 31).toordinal() + 1):
        each = date.fromordinal(ordinal)
        months[each.month - 1].append((each, calendar.is_working_day(each)))
    return months


def _causes(country: str, day: date) -> list[Mapping[str, str]]:
    try:
        rows = tables.rows(country, CAUSES)
    except FileNotFoundError:
        return []
    return [row for row in rows if row.get("valid_from", "") <= day.isoformat()]


def _terms(country: str, file: str, day: date) -> Iterator[Term]:
    try:
        content = tables.toml(country, file)
    except FileNotFoundError:
        return
    yield from _within(file.removesuffix(".toml"), content, day)


def _within(place: str, content: Any, day: date) -> Iterator[Term]:
    """Every entry with a source; of a list of entries the last one that holds on the day."""
    if isinstance(content, list):
        holding = [e for e in content if isinstance(e, Mapping) and _since(e) <= day]
        if all("value" in each for each in holding):
            holding = holding[-1:]
        for each in holding:
            yield from _within(place, each, day)
    elif isinstance(content, Mapping):
        if "source" in content and _since(content) <= day:
            yield _term(place, content)
        for name, each in content.items():
            if isinstance(each, Mapping | list) and name not in _ABOUT:
                yield from _within(f"{place}.{name}", each, day)


def _since(entry: Mapping[str, Any]) -> date:
    since = entry.get("valid_from")
    return since if isinstance(since, date) else date.min


def _term(place: str, entry: Mapping[str, Any]) -> Term:
    source = str(entry["source"])
    plain = {
        name: each for name, each in entry.items() if name not in _ABOUT and not _is_entries(each)
    }
    value = entry.get("value", plain)
    since = entry.get("valid_from")
    return Term(
        place=place,
        value=_said(value),
        source=source,
        since=since if isinstance(since, date) else None,
        is_confirmed=_is_official(source),
        wants_lawyer=entry.get("review") == "legal",
    )


def _is_entries(value: Any) -> bool:
    """Further entries with sources of their own, which are listed by themselves."""
    return isinstance(value, Mapping) and "source" in value


def _is_official(source: str) -> bool:
    """A source is graded by its first letters ("A", "B/C", "O"); a law by its name is official."""
    grade, colon, _ = source.partition(":")
    return grade == _OFFICIAL if colon and len(grade) <= 3 else not source.startswith("house")


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {_said(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    return str(value)


_COLUMNS = ("rule", "value", "source", "valid_from", "official", "legal_review")


def _cells(terms: list[Term]) -> Iterator[tuple[object, ...]]:
    for each in terms:
        yield (
            each.place, each.value, each.source, each.since, each.is_confirmed, each.wants_lawyer,
        )  # fmt: skip

"""Makes the pages of the sign-up: the form, what is said of it, and the words for both."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from relevo.catalog.bundles import Tariff, tariff_on
from relevo.numbering.moves import operator_of
from relevo.orders.drafts.actions import keeping
from relevo.orders.preflight.model import NumberVerdict, Outcome, Reason, Word
from relevo.pages.console import console_of
from relevo.pages.page import page, words_of
from relevo.pages.shown import Shown, label_of
from relevo.pages.sign_up.agreement import (
    consent_text,
    earliest_day,
    planned_lines,
    total_of,
)
from relevo.pages.sign_up.asking import Asked, judge_form
from relevo.pages.sign_up.form import Entry, Form, kind_of
from relevo.pages.sign_up.judged import ASKED_HERE, TICKS, Fault, Judged, latest_day, today
from relevo.pages.words import Words
from relevo.porting.profile import PortingProfile

_MOODS = {Outcome.GO: "good", Outcome.MIND: "wait", Outcome.ASK: "wait", Outcome.STOP: "trouble"}
_SAID_ELSEWHERE = ASKED_HERE | {Word.MALFORMED, Word.TAKES_ALONG, Word.LIVES_ON_ANOTHER}


def step_page(
    request: Request,
    step: str,
    form: Form,
    mine: Asked | None,
    *,
    checked: bool = False,
    overtaken: bool = False,
    seen: Judged | None = None,
) -> Response:
    """One page of the sign-up. ``checked``: he has tried to go on, so faults are shown."""
    seen = seen or judge_form(request, form)
    console, words = console_of(request), words_of(request)
    rules, now = console.settings.rules, console.now()
    tariff = tariff_on(today(rules, now))
    faults = seen.of_step(step) if checked or overtaken else {}
    if checked and step == "review":
        faults |= {f"tick.{n}": Fault(code="tick.empty") for n in TICKS if n not in form.ticked}
    return page(
        request,
        f"sign_up/{step}.html",
        status=409 if overtaken else 200,
        step=step,
        steps=seen.steps,
        form=form,
        seen=seen,
        version=mine.kept.version if mine else 0,
        secret=mine.secret if mine else "",
        expires=mine.kept.expires_at if mine else now + keeping(now.date()).days,
        overtaken=overtaken,
        faults={name: _fault_text(words, rules, fault) for name, fault in faults.items()},
        recipient=label_of(rules, console.settings.operator),
        **_of_step(step, seen, rules, tariff, Shown(words, rules.zone, now)),
    )


def verdict_part(request: Request, seen: Judged, name: str) -> Response:
    """What is said of one number, as a part of its page."""
    entry = seen.form.entry(name)
    rules, words = console_of(request).settings.rules, words_of(request)
    said = _said(seen, entry, rules, words) if entry else None
    return page(request, "sign_up/verdict.html", entry=entry, said=said)


def _of_step(
    step: str, seen: Judged, rules: PortingProfile, tariff: Tariff, shown: Shown
) -> dict[str, Any]:
    """What only this page needs."""
    form = seen.form
    match step:
        case "bundle":
            return {"tariff": tariff, "mobiles": max(1, _mobiles(form))}
        case "numbers" | "others":
            return {
                "operators": _operators(seen, rules),
                "said": {
                    entry.id: _said(seen, entry, rules, shown.words)
                    for entry in (*form.lines, *form.others)
                },
                "label": lambda name: label_of(rules, name),
            }
        case "address":
            fault = seen.faults.get("postcode")
            town = fault.about[2] if fault and fault.code == "postcode.other_town" else ""
            return {"town": "" if "," in town or "(" in town or len(town) == 0 else town}
        case "dates" | "review":
            return {
                "planned": planned_lines(seen, rules, tariff),
                "total": total_of(form, tariff),
                "first": earliest_day(seen, rules) or today(rules, shown.now),
                "last": latest_day(rules, shown.now),
                "consent": consent_text(seen, rules, shown) if step == "review" else "",
                "ticks": TICKS,
            }
        case _:
            return {}


def _mobiles(form: Form) -> int:
    return sum(1 for line in form.lines if line.kind == "mobile")


def _operators(seen: Judged, rules: PortingProfile) -> list[tuple[str, str]]:
    """Whom one can leave: all but us."""
    return [
        (each.name, each.label) for each in rules.operators() if each.name != seen.draft.recipient
    ]


# -- what is said of a number ---------------------------------------------------------------------


def _said(
    seen: Judged, entry: Entry | None, rules: PortingProfile, words: Words
) -> dict[str, Any] | None:
    """The verdict on a number in words, once it is one; None while it is being written."""
    if entry is None or entry.msisdn is None:
        return None
    verdict = seen.verdict(entry.id)
    if verdict is None:
        return None
    known = seen.books.get(entry.msisdn)
    serving = operator_of(known.holder) if known and known.holder else ""
    reasons = [r for r in verdict.reasons if r.word not in _SAID_ELSEWHERE]
    wrong = [r.fault for r in verdict.reasons if r.fault and r.fault.path[-1] == "number"]
    mood = max((r.outcome for r in reasons), default=Outcome.GO)
    return {
        "mood": "trouble" if wrong else _MOODS[mood],
        "kind": kind_of(entry),
        "number": entry.msisdn,
        "serving": label_of(rules, serving) if serving else "",
        "reasons": [
            *(
                _fault_text(words, rules, Fault(code=f"number.{w.code}", about=w.about))
                for w in wrong
            ),
            *(_reason_text(words, rules, reason) for reason in reasons),
        ],
        "earliest": _earliest(verdict),
    }


def _earliest(verdict: NumberVerdict) -> Any:
    stops = verdict.outcome is Outcome.STOP
    return None if stops or verdict.earliest is None else verdict.earliest.window


def _reason_text(words: Words, rules: PortingProfile, reason: Reason) -> str:
    days = () if reason.days_left is None else (str(reason.days_left),)
    about = reason.about if reason.word is Word.SERVED_BY_ANOTHER else ()
    fault = Fault(code=f"reason.{reason.word}", about=(*about, *days))
    return _fault_text(words, rules, fault)


def _fault_text(words: Words, rules: PortingProfile, fault: Fault) -> str:
    """What is wrong and what to do, in the visitor's language."""
    key = f"sign_up.fault.{fault.code}"
    if not words.has(key):
        key = f"sign_up.fault.{fault.code.partition('.')[0]}.other"
    about = [_readable(words, rules, each) for each in (*fault.about, "", "", "")[:3]]
    return words(key, a=about[0], b=about[1], c=about[2])


def _readable(words: Words, rules: PortingProfile, value: str) -> str:
    operator = rules.operator(value)
    if operator is not None:
        return operator.label
    return words(f"sign_up.kind.{value}") if words.has(f"sign_up.kind.{value}") else value

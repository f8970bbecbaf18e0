"""From what is known to the slots of a text: one function for each topic. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from relevo.activation.activation.messages import Capability
from relevo.notices.model import Credit, LineSeen, Thing, Topic
from relevo.notices.occasions import Filling, fault, lines_of, visit, withdrawn
from relevo.notices.setting import (
    Setting,
    capability_row,
    credit_row,
    history_rows,
    numbers_of,
    row_of,
    troubled_rows,
    waiting_rows,
)
from relevo.notices.snapshot import cancel_until
from relevo.orders.order.messages import LineKind, SimKind
from relevo.values.moment import Moment, Span
from relevo.values.msisdn import national

Composer = Callable[[Setting, Sequence[Thing]], Filling]


def filling(setting: Setting, topic: Topic, things: Sequence[Thing]) -> Filling:
    """The slots for a topic; ``things`` are those of this topic that are said together."""
    filled = COMPOSERS[topic](setting, things)
    return Filling(
        slots={**_everywhere(setting), **filled.slots}, lists=filled.lists, lines=filled.lines
    )


def _everywhere(setting: Setting) -> dict[str, str]:
    known, case = setting.known, setting.known.case
    is_open = case is not None and case.resolved_at is None
    following = case.next_update if case and is_open else None
    if following is not None and following <= setting.at:
        following = None  # its time has come: it is no next one any more
    return {
        "name": known.customer.holder.name,
        "order": known.order,
        "recipient": setting.operator(known.recipient),
        "owner": case.owner if case and is_open else "",
        "case": case.key if case and is_open else "",
        "next_update": setting.deadline(following),
    }


def _welcome(setting: Setting, things: Sequence[Thing]) -> Filling:
    rows, cards = [], []
    esims = []
    for line in setting.known.lines:
        row = row_of(setting, line)
        moves = line.moving and not line.out
        row["window"] = row["window"] if moves else ""
        row["undated"] = "yes" if moves and not row["window"] else ""
        row["undecided"] = "yes" if line.undecided else ""
        row["kept"] = "yes" if not moves and not line.undecided else ""
        rows.append(row)
        if not moves or line.kind is not LineKind.MOBILE:
            continue
        if line.sim is SimKind.ESIM:
            esims.append(row["number"])
        elif line.pin:
            cards.append({**row, "pin": line.pin, **_shipment(setting, line)})
    address = setting.known.customer.address
    limits = [cancel_until(line, setting.rules) for line in setting.known.lines if line.moving]
    limit = min((each for each in limits if each), default=None)
    return Filling(
        slots={
            "address": ", ".join(address.label_lines),
            "cancel_until": setting.deadline(limit),
            "esims": setting.language.listed(esims),
            "moving": "yes" if any(line.moving for line in setting.known.lines) else "",
        },
        lists={"lines": rows, "cards": cards},
        lines=setting.known.lines,
    )


def _shipment(setting: Setting, line: LineSeen) -> dict[str, str]:
    if not line.parcel_expected:
        return {"tracking": "", "expected": ""}
    noon = datetime.fromisoformat(f"{line.parcel_expected}T12:00:00+00:00")
    date = setting.language.date(noon, "UTC")
    expected = setting.language.phrase("time.on", date=date)
    return {"tracking": line.tracking_code, "expected": expected}


def _ask_number(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)[:1]
    if not lines:
        return Filling(slots={})
    line = lines[0]
    principal = setting.known.line(line.depends_on)
    return Filling(
        slots={
            "number": setting.number(line),
            "digits": national(line.number) if line.number else "",
            "donor": setting.operator(line.donor),
            "principal": setting.number(principal) if principal else "",
        },
        lines=lines,
    )


def _dated(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)
    return Filling(
        slots={}, lists={"lines": [row_of(setting, line) for line in lines]}, lines=lines
    )


def _reminder(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)
    limits = [cancel_until(line, setting.rules) for line in lines]
    limit = min((each for each in limits if each and each > setting.at), default=None)
    return Filling(
        slots={"cancel_until": setting.deadline(limit)},
        lists={"lines": [row_of(setting, line) for line in lines]},
        lines=lines,
    )


def _redated(setting: Setting, things: Sequence[Thing]) -> Filling:
    rows, why = [], "other"
    for thing in things:
        line = setting.known.line(thing.line)
        if line is None or line.window is None:
            continue
        opened, _, why = thing.note.partition("|")
        length = line.window.closes - line.window.opens
        row = {**row_of(setting, line), "was": "", "first": "" if opened else "yes"}
        if opened:
            row["was"] = _was(setting, datetime.fromisoformat(opened), length)
        rows.append(row)
    return Filling(
        slots={"why": setting.language.phrase(f"why.{why}")},
        lists={"lines": rows},
        lines=lines_of(setting, things),
    )


def _was(setting: Setting, opened: Moment, length: Span) -> str:
    date = setting.language.date(opened, setting.rules.zone)
    return setting.language.phrase("time.on", date=date)


def _esim(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = tuple(line for line in lines_of(setting, things) if line.esim_code)
    troubled = any(thing.note != "ordered" for thing in things)
    reason = next((line.parcel_reason for line in lines if line.parcel_reason), "other")
    codes = [{"number": setting.number(line), "code": line.esim_code} for line in lines]
    return Filling(
        slots={"reason": setting.language.phrase(f"reason.{reason}") if troubled else ""},
        lists={"codes": codes},
        lines=lines,
    )


def _put_in(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)
    steps = []
    for line in lines:
        esim = bool(line.esim_code)
        row = {"number": setting.number(line)}
        steps.append({**row, "card": "" if esim else "yes", "esim": "yes" if esim else ""})
    return Filling(
        slots={
            "numbers": numbers_of(setting, lines),
            "one": "yes" if len(lines) == 1 else "",
            "several": "yes" if len(lines) > 1 else "",
        },
        lists={"steps": steps},
        lines=lines,
    )


def _number_dead(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)
    rows = [
        {
            **row_of(setting, line),
            "since": setting.deadline(line.cut_at) if line.back_by else "",
            "seen": setting.moment(line.dead_seen_at),
            "at_donor": "yes" if line.dead_at_donor and line.moved_at is None else "",
            "at_ours": "" if line.dead_at_donor and line.moved_at is None else "yes",
        }
        for line in lines
    ]
    return Filling(slots={"number": numbers_of(setting, lines)}, lists={"lines": rows}, lines=lines)


def _number_back(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)
    rows = []
    for line in lines:
        credit = _credit(setting, line)
        row = {**row_of(setting, line), **_heard_again(setting, line), "duration": "", "amount": ""}
        if credit:
            row["duration"] = setting.language.duration(credit.minutes)
            row["amount"] = setting.language.money(credit.amount_eur_cents)
        rows.append(row)
    return Filling(slots={"number": numbers_of(setting, lines)}, lists={"lines": rows}, lines=lines)


def _heard_again(setting: Setting, line: LineSeen) -> dict[str, str]:
    """From where a number that is back can be called: what the probes have shown, and no more."""
    if line.unheard_from:
        networks = setting.language.listed([setting.operator(n) for n in line.unheard_from])
        return {"gap": setting.language.phrase("lacks.some", networks=networks)}
    is_at_donor = line.moved_at is None and line.provisioned_at is None
    rings = is_at_donor or str(Capability.CALLS_IN) in line.works
    return {"rings": "yes"} if rings else {"known": "yes"}


def _credit(setting: Setting, line: LineSeen) -> Credit | None:
    return next((c for c in setting.known.credits if c.line == line.id), None)


def _partial(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = tuple(line for line in lines_of(setting, things) if line.lacking)
    rows = [capability_row(setting, line) for line in lines]
    return Filling(slots={"number": numbers_of(setting, lines)}, lists={"lines": rows}, lines=lines)


def _works_again(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)
    return Filling(
        slots={"number": numbers_of(setting, lines)},
        lists={"lines": [{"number": setting.number(line)} for line in lines]},
        lines=lines,
    )


def _action_needed(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = lines_of(setting, things)[:1]
    if not lines:
        return Filling(slots={})
    donor = setting.operator(lines[0].donor)
    return Filling(
        slots={
            "number": setting.number(lines[0]),
            "what": setting.language.phrase(f"action.{things[0].note}", donor=donor),
        },
        lines=lines,
    )


def _promise_moved(setting: Setting, things: Sequence[Thing]) -> Filling:
    promise = next((p for p in setting.known.promises if p.what == "bundle_works"), None)
    was = datetime.fromisoformat(things[0].note)
    return Filling(
        slots={
            "was": setting.deadline(was),
            "due": setting.deadline(promise.due if promise else None),
        }
    )


def _promise_broken(setting: Setting, things: Sequence[Thing]) -> Filling:
    what, _, due = things[0].note.partition("|")
    was = setting.deadline(datetime.fromisoformat(due))
    said = setting.language.phrase(f"broken.{what}", was=was)
    lines, rows = troubled_rows(setting)
    return Filling(slots={"what": said}, lists={"lines": rows}, lines=lines)


def _update(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines, rows = troubled_rows(setting)
    dates = [row_of(setting, line) for line in setting.known.lines if setting.window(line)]
    waiting = waiting_rows(setting)
    return Filling(
        slots={
            "troubled": "yes" if rows else "",
            "dead": "yes" if any(line.dead_since for line in lines) else "",
            "calm": "" if rows or waiting else "yes",
        },
        lists={
            "lines": rows,
            "waiting": waiting if not rows else [],
            "dates": dates if not rows else [],
        },
        lines=lines or setting.known.lines,
    )


def _done(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = tuple(line for line in setting.known.lines if line.live_at)
    rows = [{**row_of(setting, line), "proof": setting.moment(line.live_at)} for line in lines]
    return Filling(
        slots={},
        lists={
            "lines": rows,
            "credits": [credit_row(setting, credit) for credit in setting.known.credits],
            "history": history_rows(setting),
        },
        lines=lines,
    )


def _parcel(setting: Setting, things: Sequence[Thing]) -> Filling:
    lines = tuple(line for line in lines_of(setting, things) if line.tracking_code)
    rows = [
        {**row_of(setting, line), "pin": line.pin, **_shipment(setting, line)} for line in lines
    ]
    return Filling(slots={}, lists={"cards": rows}, lines=lines)


COMPOSERS: Mapping[Topic, Composer] = {
    Topic.WELCOME: _welcome,
    Topic.ASK_NUMBER: _ask_number,
    Topic.DATED: _dated,
    Topic.REDATED: _redated,
    Topic.UNDATED: _dated,
    Topic.REMINDER: _reminder,
    Topic.ESIM: _esim,
    Topic.PUT_IN: _put_in,
    Topic.NUMBER_DEAD: _number_dead,
    Topic.NUMBER_BACK: _number_back,
    Topic.PARTIAL: _partial,
    Topic.WORKS_AGAIN: _works_again,
    Topic.ACTION_NEEDED: _action_needed,
    Topic.PROMISE_MOVED: _promise_moved,
    Topic.PROMISE_BROKEN: _promise_broken,
    Topic.UPDATE: _update,
    Topic.DONE: _done,
    Topic.WITHDRAWN: withdrawn,
    Topic.CANCELLED_LATE: _dated,
    Topic.VISIT: visit,
    Topic.FAULT: fault,
    Topic.PARCEL: _parcel,
}

"""The telephone on the page of a case: its calls, the form after one, and what was told wrong.

What is said by phone is held to the same facts as what is written. It cannot be stopped any more:
so its writer sees at once what was wrong, and a correction is proposed until something is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from relevo.engine.connection import Connection
from relevo.notices.actions import note_told
from relevo.notices.call.intake import note_call as keep_note
from relevo.notices.call.model import CHANNEL, DESK, Call, Direction
from relevo.notices.call.queries import call_of, calls_of, calls_under_way
from relevo.notices.correct import correction, takes_back
from relevo.notices.model import Channel, Knowledge, Topic
from relevo.notices.queries import read_texts
from relevo.notices.render import TextBook
from relevo.notices.snapshot import snapshot_of
from relevo.notices.voice.messages import MessageSent, NoteTold, ToldByPhone
from relevo.pages.console import console_of, reading
from relevo.pages.guard import field
from relevo.pages.orders.hand import Hand, Unfit, local_moment
from relevo.pages.orders.judged import judge
from relevo.pages.orders.opened import Opened, open_order
from relevo.pages.page import page
from relevo.values.moment import Moment, Span

TOLD = "told"
"""The field for what he was told."""
TEXT_MAX = 4_000
_MINUTES_MAX = 600
_NOTED_LATE = Span(days=1)
"""For so long a call that is over is offered to be written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWrong:
    """Something that was said by phone, is not so, and was not taken back yet."""

    key: str
    at: Moment
    by: str
    text: str
    rules: tuple[int, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The telephone, as this reader sees it."""

    calls: tuple[Call, ...]  # with this order
    to_note: tuple[Call, ...]  # of which nobody has written down yet what was said
    chosen: str  # the call that the agent came from
    told_wrong: tuple[ToldWrong, ...]


def phone_of(request: Request, opened: Opened) -> Phone:
    """What the page of a case shows of it."""
    now = console_of(request).now()
    with reading(request) as (connection, _):
        calls = calls_of(connection, opened.key)
        strangers = [each for each in calls_under_way(connection, now) if not each.order]
    late = now - _NOTED_LATE
    own = [each for each in calls if not each.noted_by and (each.ended_at or now) > late]
    return Phone(
        calls=tuple(calls),
        to_note=(*own, *strangers),
        chosen=request.query_params.get("call", ""),
        told_wrong=tuple(_told_wrong(opened, now)),
    )


def proposed_correction(request: Request, opened: Opened) -> tuple[str, str] | None:
    """Channel and text of what would take back what the address names."""
    wanted = request.query_params.get("correct", "")
    now, known = console_of(request).now(), _known(opened)
    wrong = next((each for each in _told_wrong(opened, now) if each.key == wanted), None)
    if wrong is None or known is None:
        return None
    text = correction(_texts(), opened.rules, known, said_at=wrong.at, now=now)
    if opened.veil(text) != text:
        return None  # it names what this reader may not see
    return str(Channel.SMS), text


def check_told(request: Request) -> Response:
    """The part of the page that says whether what he was told is so, while it is written down."""
    opened = open_order(request, request.path_params["key"], subject="case")
    text = field(request, TOLD)[:TEXT_MAX]
    judged = judge(opened, CHANNEL, text, console_of(request).now()) if text else None
    return page(
        request,
        "orders/verdict.html",
        opened=opened,
        veil=opened.veil,
        judged=judged,
        is_said=True,
    )


def note_call(hand: Hand) -> None:
    """What both said in a call goes into the one conversation, and what we said is judged."""
    heard, told = hand.say("reason"), hand.say(TOLD)[:TEXT_MAX]
    with hand.console.acting() as connection:
        call = _call(hand)
        keep_note(connection, hand.console.engine, call, heard=heard, note_id=hand.key)
        if told:
            _keep_told(connection, hand, call, told)


def _keep_told(connection: Connection, hand: Hand, call: Call, told: str) -> None:
    said = NoteTold(
        draft_id=hand.key,
        text=told,
        by=hand.who,
        number=call.number,
        at=min(call.ended_at or hand.at, hand.at),
    )
    with connection.cursor() as cursor:
        note_told(cursor, hand.console.engine, hand.opened.key, said)


def _call(hand: Hand) -> Call:
    """The call that he chose, if he may see it; or one of which only he knows."""
    chosen = hand.say("call")
    if chosen:
        with reading(hand.request) as (connection, _):
            found = call_of(connection, chosen)
        if found is None or found.order not in {"", hand.opened.key}:
            raise Unfit("no_call")
        return replace(found, order=hand.opened.key, noted_by=hand.who)
    minutes = hand.say("minutes")
    if not minutes.isdecimal() or not 0 < int(minutes) <= _MINUTES_MAX:
        raise Unfit("no_minutes")
    lasted, when = Span(minutes=int(minutes)), hand.say("when")
    began = local_moment(when, hand.opened.rules.zone) if when else hand.at - lasted
    if began is None or began > hand.at:
        raise Unfit("no_when")
    party = hand.opened.picture.customer if hand.opened.picture else None
    return Call(
        id=f"{DESK}:{hand.key}",
        brand=hand.opened.session.brand,
        direction=Direction.OUT if hand.say("direction") == Direction.OUT else Direction.IN,
        number=str(party.contact) if party else "",
        began_at=began,
        ended_at=began + lasted,
        order=hand.opened.key,
        noted_by=hand.who,
    )


def _known(opened: Opened) -> Knowledge | None:
    voice = opened.picture.voice if opened.picture else None
    return voice.knowledge if voice else None


def _told_wrong(opened: Opened, now: Moment) -> list[ToldWrong]:
    """All that was told wrong and has not been taken back in words since."""
    found: list[ToldWrong] = []
    known = _known(opened)
    if known is None:
        return found
    snapshot = snapshot_of(known, opened.rules, now)
    for each in opened.records:
        match each.fact:
            case ToldByPhone() as told if told.rules:
                wrong = ToldWrong(
                    key=told.message_key,
                    at=each.at,
                    by=told.by,
                    text=told.text,
                    rules=told.rules,
                    why=told.why,
                )
                found.append(wrong)
            case MessageSent(topic=Topic.REPLY) as said if found:
                if takes_back(said.text, snapshot):
                    found.clear()
            case _:
                pass
    return found


@cache
def _texts() -> TextBook:
    return read_texts()

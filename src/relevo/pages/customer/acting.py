"""What a customer does on his page, and an agent for him: each a message to the processes.

Every form carries a name of its own (``once``), made of what its page rested on: the same form sent
twice is one message, and the same act on a newer page is another. What a message means is decided
by the process; what can be said at once (a card of another line, a town that is not of that
postcode) is said here, before anything is told.
"""

from __future__ import annotations

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relevo.activation.activation.messages import TakeSelfTest
from relevo.activation.ladder import RUNGS
from relevo.engine.process import wire_name
from relevo.notices.inbound import Inbound
from relevo.notices.intake import take
from relevo.notices.voice.messages import CustomerWrote
from relevo.orders.actions import OrderRefused, decide_number, withdraw_order
from relevo.orders.held import Choice
from relevo.orders.order.messages import DecideNumber, WithdrawOrder
from relevo.pages.console import console_of
from relevo.pages.customer.opening import Opened, answer, noted, opened
from relevo.pages.customer.telling import go_back, key_of, tell
from relevo.pages.customer.view import LineCard
from relevo.pages.guard import NotFound, field
from relevo.pages.page import go
from relevo.sims.dispatch.messages import (
    ConfirmDelivery,
    ContestDelivery,
    DeliverElsewhere,
    PresentCard,
)
from relevo.values.address import Address, MalformedAddress, parse_address
from relevo.values.malformed import Malformed
from relevo.values.simcard import ICCID_DIGITS, Iccid, parse_iccid

TEXT_MAX = 4_000
DAYS_AHEAD = 14
"""A courier keeps a parcel for about two weeks."""

_ADDRESS = ("street", "postcode", "city", "province")
_WORKED, _FAILED = "yes", "no"


def ask(request: Request) -> Response:
    """A message into the one conversation."""
    known = opened(request)
    text = field(request, "text")[:TEXT_MAX]
    if not text:
        return go(f"{known.base}#ask")
    wrote = Inbound(
        source="chat",
        external_id=key_of(request, "ask", text),
        channel=known.channel,
        sender="",
        text=text,
        at=console_of(request).now(),
        noted_by="" if known.is_customer else known.by,
        proven_order=known.view.key,
    )
    console = console_of(request)
    with console.acting() as connection:
        take(connection, console.engine, [wrote])
    noted(request, known, wire_name(CustomerWrote), f"{known.view.key}/voice")
    if request.headers.get("accept") == "application/json":  # chat.js, which stays on its page
        return JSONResponse({"message": f"{wrote.source}:{wrote.external_id}"})
    return go_back(known, "ask")


def decide(request: Request) -> Response:
    """What becomes of a number that nobody has decided on."""
    known = opened(request)
    line = known.line(request)
    choice = field(request, "choice")
    if choice not in {each.value for each in Choice}:
        raise NotFound("choice")
    told = DecideNumber(line=line.id, choice=Choice(choice), by=known.by, channel=known.channel)
    console = console_of(request)
    try:
        with console.acting() as connection:
            key = key_of(request, "decide", line.id, choice)
            decide_number(connection, console.engine, told, order=known.view.key, key=key)
    except OrderRefused:
        return go_back(known, "too_late", line.id)
    noted(request, known, wire_name(told), line.id)
    return go_back(known, "decide", line.id)


def receipt(request: Request) -> Response:
    """In one tap: he has the card, or he has not, whatever the courier says."""
    known = opened(request)
    line = known.line(request)
    if line.parcel is None:
        raise NotFound("parcel")
    has_it = field(request, "has_it")
    if has_it == _WORKED and line.parcel.can_confirm:
        message: object = ConfirmDelivery(by=known.by, channel=known.channel)
    elif has_it == _FAILED and line.parcel.can_contest:
        message = ContestDelivery(by=known.by, channel=known.channel)
    else:
        return go_back(known, "too_late", line.id)
    key = key_of(request, "receipt", line.id, has_it)
    tell(request, known, "sims.dispatch", line.parcel.process_id, message, key)
    return go_back(known, "has_it" if has_it == _WORKED else "has_not", line.id)


def delivery_form(request: Request) -> Response:
    """Where and when the parcel is to come."""
    known = opened(request)
    line = known.line(request)
    if line.parcel is None or not line.parcel.can_change:
        return go_back(known, "too_late", line.id)
    return _delivery_page(request, known, line, line.parcel.address, line.parcel.wanted_on)


def deliver(request: Request) -> Response:
    """Another address or day; postcode and town are proved against each other first."""
    known = opened(request)
    line = known.line(request)
    if line.parcel is None or not line.parcel.can_change:
        return go_back(known, "too_late", line.id)
    typed = {name: field(request, name) for name in _ADDRESS}
    faults: dict[str, str] = {}
    address = _address(request, typed, faults)
    on = _day(request, faults)
    if faults or address is None:
        return _delivery_page(request, known, line, typed, field(request, "on"), faults)
    wish = DeliverElsewhere(address=address, on=on, by=known.by, channel=known.channel)
    key = key_of(request, "deliver", line.id, *typed.values(), str(on))
    tell(request, known, "sims.dispatch", line.parcel.process_id, wish, key)
    return go_back(known, "deliver", line.id)


def card_form(request: Request) -> Response:
    """Which card he has in his hand."""
    known = opened(request)
    line = known.line(request)
    if line.parcel is None or not line.parcel.can_present:
        return go_back(known, "too_late", line.id)
    return answer(request, known, "card", line=line, typed="", fault="", card_of=None)


def present_card(request: Request) -> Response:
    """The number on the card, matched with the number that it is for."""
    known = opened(request)
    line = known.line(request)
    if line.parcel is None or not line.parcel.can_present:
        return go_back(known, "too_late", line.id)
    typed = field(request, "iccid")
    try:
        iccid = parse_iccid(typed)
    except Malformed:
        return _card_page(request, known, line, typed, _misread(typed))
    shown = PresentCard(iccid=iccid, by=known.by, channel=known.channel)
    key = key_of(request, "card", line.id, iccid)
    tell(request, known, "sims.dispatch", line.parcel.process_id, shown, key)
    if iccid == line.parcel.iccid:
        return go_back(known, "card", line.id)
    other = _line_of_card(known, iccid)
    fault = "of_nobody" if other is None else "of_other_line"
    return _card_page(request, known, line, typed, fault, other=other)


def test_form(request: Request) -> Response:
    """The guided test of one line."""
    known = opened(request)
    line = known.line(request)
    if not line.can_test:
        return go_back(known, "too_late", line.id)
    return answer(request, known, "test", line=line, steps=_steps(line), missing=False)


def take_test(request: Request) -> Response:
    """What he found: evidence beside our probes."""
    known = opened(request)
    line = known.line(request)
    if not line.can_test:
        return go_back(known, "too_late", line.id)
    said = {step: field(request, step) for step in _steps(line)}
    works = {step: word == _WORKED for step, word in said.items() if word in {_WORKED, _FAILED}}
    if not works:
        steps = _steps(line)
        return answer(request, known, "test", status=422, line=line, steps=steps, missing=True)
    test_id = key_of(request, "test", line.id, repr(sorted(works.items())))
    test = TakeSelfTest(test_id=test_id, works=works, by=known.by, channel=known.channel)
    process_id = f"{known.view.key}/activation/{line.id}"
    tell(request, known, "activation.activation", process_id, test, test_id)
    return go_back(known, "test" if all(works.values()) else "test_failed", line.id)


def call_off_form(request: Request) -> Response:
    """What it means to call the order off."""
    known = opened(request)
    if not known.view.can_call_off:
        return go_back(known, "too_late")
    return answer(request, known, "call_off", missing=False)


def call_off(request: Request) -> Response:
    """Take the whole order back, as long as nothing has left."""
    known = opened(request)
    if not known.view.can_call_off:
        return go_back(known, "too_late")
    if field(request, "sure") != _WORKED:
        return answer(request, known, "call_off", status=422, missing=True)
    console = console_of(request)
    why = field(request, "why")[:TEXT_MAX] or CUSTOMER_WISH
    try:
        with console.acting() as connection:
            withdraw_order(
                connection,
                console.engine,
                order=known.view.key,
                why=why,
                by=known.by,
                key=key_of(request, "call_off"),
            )
    except OrderRefused:
        return go_back(known, "too_late")
    noted(request, known, wire_name(WithdrawOrder))
    return go_back(known, "call_off")


CUSTOMER_WISH = "customer"
"""Why an order is called off by somebody who gives no reason: he need not."""


def _delivery_page(
    request: Request,
    known: Opened,
    line: LineCard,
    address: Address | dict[str, str],
    on: object,
    faults: dict[str, str] | None = None,
) -> Response:
    typed = address if isinstance(address, dict) else {n: getattr(address, n) for n in _ADDRESS}
    today = console_of(request).now().date()
    return answer(
        request,
        known,
        "delivery",
        status=422 if faults else 200,
        line=line,
        typed=typed,
        on=str(on or ""),
        first=today.isoformat(),
        last=(today + timedelta(days=DAYS_AHEAD)).isoformat(),
        faults=faults or {},
    )


def _address(request: Request, typed: dict[str, str], faults: dict[str, str]) -> Address | None:
    """The address, proved; or what is wrong with it, by field."""
    empty = [name for name, text in typed.items() if not text]
    if empty:
        faults.update(dict.fromkeys(empty, "empty"))
        return None
    try:
        address = parse_address(**typed)
    except MalformedAddress:
        faults["postcode"] = "malformed"
        return None
    rules = console_of(request).settings.rules
    if rules.town_fits(address.postcode, address.city, address.province) is None:
        return address
    faults["postcode"] = "other_town"
    return None


def _day(request: Request, faults: dict[str, str]) -> date | None:
    text = field(request, "on")
    if not text:
        return None
    today = console_of(request).now().date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults["on"] = "malformed"
        return None
    if not today <= day <= today + timedelta(days=DAYS_AHEAD):
        faults["on"] = "out_of_reach"
    return day


def _card_page(
    request: Request,
    known: Opened,
    line: LineCard,
    typed: str,
    fault: str,
    other: LineCard | None = None,
) -> Response:
    number = other.number if other else None
    return answer(
        request, known, "card", status=422, line=line, typed=typed, fault=fault, card_of=number
    )


def _misread(typed: str) -> str:
    """Which mistake it is, as the page explains it."""
    if not typed:
        return "empty"
    digits = [sign for sign in typed if sign.isdigit()]
    return "wrong_digit" if len(digits) == ICCID_DIGITS else "wrong_length"


def _line_of_card(known: Opened, iccid: Iccid) -> LineCard | None:
    """The line of this order whose card it is; of other orders nothing is ever told."""
    lines = known.view.lines
    return next((each for each in lines if each.parcel and each.parcel.iccid == iccid), None)


def _steps(line: LineCard) -> tuple[str, ...]:
    can = {work.capability for work in line.works}
    return tuple(str(step) for step in RUNGS if str(step) in can)

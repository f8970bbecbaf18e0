"""The lines of the benchmark, the calendar of their day, and the real words of the outside.

Every line is a family of its own: a mobile number with a card. Its life is that of the real
processes ``orders.line``, ``porting.port_in``, ``activation.activation`` and ``sims.dispatch``
under the Spanish rules, with the routes and projections of ``wiring``; their timers are armed,
moved and go off as they always do.

**Left out**, because the issue asks for port, line and activation: the order above the line (the
benchmark says ``AskPort`` and ``PrepareLine`` in its place), voice, case, claim, promise, eSIM and
recovery. **Answered in this process**, without HTTP, with the words that hub, courier and network
would use. The list of watched lines is not kept (``ArmWatch`` is answered, nobody's tick is
written): the benchmark says itself what the probes saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Any

from relevo import wiring
from relevo.activation.activation.messages import (
    ArmWatch,
    DisarmWatch,
    DropSubscription,
    LineProbed,
    NetworkAnswered,
    PutSubscription,
    ReadSubscription,
    RecordRead,
)
from relevo.activation.ladder import RUNGS
from relevo.engine.catalogue import Catalogue
from relevo.engine.performer import Errand, Performer
from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.orders.line.cards import PIN_DIGITS, iccid_of
from relevo.orders.line.messages import AskPort, PrepareLine
from relevo.orders.process_ids import (
    ACTIVATION,
    DISPATCH,
    LINE,
    PORT_IN,
    activation_process,
    child_of_line,
    line_process,
)
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubState,
    PortStateSeen,
    QueryPort,
    SendPortRequest,
    Witness,
)
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.routing import routes
from relevo.sims.dispatch.messages import OrderParcel, ParcelAccepted, ParcelSeen, ParcelState
from relevo.values.address import Address
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

KINDS = frozenset({LINE, PORT_IN, ACTIVATION, DISPATCH})
DONOR, RECIPIENT = "altamar", "brisa"
MONDAY = date(2026, 5, 11)
LINE_NAME = "M1"
ORIGINS = ("altamar", "brisa", "cantil", "duna")
"""The networks from which test calls are made."""

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_WORKS = {rung.value: True for rung in RUNGS if rung.value != "calls_in"}

Letter = tuple[str, str, object, str]
"""Kind, process id, message, key: what ``Engine.tell_many`` takes."""


@cache
def rules() -> PortingProfile:
    """The Spanish rules of that week."""
    return wiring.book().on("es", MONDAY)


def catalogue() -> Catalogue:
    """The four kinds, with all routes between them and all projections that they can cause."""
    kinds = tuple(kind for kind in wiring.processes() if kind.kind in KINDS)
    return Catalogue(kinds, routes(kinds), wiring.projections())


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When what happens. All moments follow from the calendar of the hub."""

    prepared: Moment  # the Friday before: card, reservation, watch
    handed_over: Moment
    delivered: Moment  # on Monday
    asked: Moment  # on Monday evening, when the hub is shut
    opening: Moment  # on Tuesday at eight
    replies: Moment  # on Tuesday, when the slot of the donors begins
    window: Window  # on Thursday at two in the night


@cache
def timetable() -> Timetable:
    """The days of this benchmark."""
    calendar = rules().calendar(HubKind.MOBILE)
    asked = calendar.at(MONDAY, time(21, 0))
    opening = rules().opens_at(HubKind.MOBILE, asked)
    tuesday = calendar.local(opening).date()
    return Timetable(
        prepared=calendar.at(MONDAY - 3 * _DAY, time(10, 0)),
        handed_over=calendar.at(MONDAY - 3 * _DAY, time(18, 0)),
        delivered=calendar.at(MONDAY, time(12, 0)),
        asked=asked,
        opening=opening,
        replies=calendar.at(tuesday, time(14, 0)),
        window=rules().default_window(HubKind.MOBILE, opening),
    )


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One customer with one number; everything follows from the place in the list."""

    place: int

    @property
    def order(self) -> str:
        return "R" + code(8, READABLE, "bench", str(self.place))

    @property
    def number(self) -> Msisdn:
        return Msisdn(f"+346{self.place:08d}")

    @property
    def reference(self) -> str:
        return reference_of(self.number)

    @property
    def line(self) -> str:
        return line_process(self.order, LINE_NAME)

    @property
    def port(self) -> str:
        return child_of_line(self.line, "port", 1)

    @property
    def card(self) -> str:
        return child_of_line(self.line, "card", 1)

    @property
    def activation(self) -> str:
        return activation_process(self.line)


def reference_of(number: str) -> str:
    """The hub's name for the request of this number: two operators, a stamp, a counter."""
    return f"00100211{timetable().opening:%y%m%d%H%M}{number[-8:]}"


@dataclass(frozen=True, slots=True)
class Step:
    """A moment of the day, and what the outside says to each line at it, if anything."""

    phase: str
    name: str
    at: Moment
    say: Callable[[Subscriber, Moment], Sequence[Letter]] | None = None


def steps() -> tuple[Step, ...]:
    """The life of all lines. ``eve`` lies before the day; the rest is the day."""
    when = timetable()
    opens = when.window.opens
    return (
        Step("eve", "prepare", when.prepared, _prepare),
        Step("eve", "reserved", when.prepared + _MINUTE, _answered("reserved", 1)),
        Step("eve", "probe at the donor", when.prepared + 15 * _MINUTE, _probed),
        Step("eve", "handed over", when.handed_over, _scanned(ParcelState.HANDED_OVER)),
        Step("eve", "delivered", when.delivered, _scanned(ParcelState.DELIVERED)),
        Step("evening", "ask", when.asked, _ask),
        Step("opening", "hub opens", when.opening),
        Step("replies", "donor confirms", when.replies, _confirmed),
        Step("windows", "window opens", opens),
        Step("windows", "ported", opens + timedelta(seconds=15)),
        Step("windows", "served", opens + _MINUTE, _answered("provisioned", 2)),
        Step("windows", "registered", opens + 2 * _MINUTE, _answered("registered", 3)),
        Step("windows", "probe at ours", opens + 5 * _MINUTE, _probed),
    )


def letters(step: Step, count: int) -> Iterator[Letter]:
    """All that the outside says at this step."""
    if step.say is not None:
        for place in range(count):
            yield from step.say(Subscriber(place), step.at)


def _prepare(who: Subscriber, at: Moment) -> Sequence[Letter]:
    held = HeldLine(
        id=LINE_NAME,
        kind=LineKind.MOBILE,
        number=who.number,
        donor=DONOR,
        monthly_fee_eur_cents=2500,
        average_3m_eur_cents=3120,
    )
    prepare = PrepareLine(
        line=held,
        customer=_party(who),
        recipient=RECIPIENT,
        sim=SimKind.CARD,
        rules=rules().code,
        consent_at=at,
    )
    return ((LINE, who.line, prepare, "order:prepare"),)


def _party(who: Subscriber) -> Party:
    digits = f"{who.place:08d}"
    document = Document(DocumentType.NIF, digits + "TRWAGMYFPDXBNJZSQVHLCKE"[who.place % 23])
    return Party(
        holder=Holder(f"Ana Ruiz {digits}", document, business=False),
        language="es",
        email=f"ana.{digits}@example.org",
        contact=Msisdn("+34976000100"),
        address=Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza"),
    )


def _ask(who: Subscriber, at: Moment) -> Sequence[Letter]:
    del at
    return ((LINE, who.line, AskPort(window=None), "order:ask"),)


def _confirmed(who: Subscriber, at: Moment) -> Sequence[Letter]:
    seen = PortStateSeen(
        reference=who.reference,
        state=HubState.CONFIRMED,
        witness=Witness.MAILBOX,
        at=at,
        window=timetable().window,
    )
    return ((PORT_IN, who.port, seen, f"mobile news:{who.reference}-1"),)


def _answered(event: str, nth: int) -> Callable[[Subscriber, Moment], Sequence[Letter]]:
    def say(who: Subscriber, at: Moment) -> Sequence[Letter]:
        answer = NetworkAnswered(event=event, at=at)
        return ((ACTIVATION, who.activation, answer, f"network:{4 * who.place + nth}"),)

    return say


def _probed(who: Subscriber, at: Moment) -> Sequence[Letter]:
    probed = LineProbed(
        calls_in=dict.fromkeys(ORIGINS, 200),
        works=dict(_WORKS),
        registered=at >= timetable().window.opens,
        last_good_at=None,
        at=at,
    )
    return ((ACTIVATION, who.activation, probed, f"probe:{at.isoformat()}:{who.place}"),)


def _scanned(state: ParcelState) -> Callable[[Subscriber, Moment], Sequence[Letter]]:
    def say(who: Subscriber, at: Moment) -> Sequence[Letter]:
        pin = code(PIN_DIGITS, "0123456789", "pin", who.line)
        seen = ParcelSeen(
            tracking_code=_tracking(who.card),
            state=state,
            at=at,
            city="Zaragoza",
            proof=f"pin:{pin}" if state is ParcelState.DELIVERED else "",
        )
        return ((DISPATCH, who.card, seen, f"courier:{state.value}:{who.place}"),)

    return say


def _tracking(process_id: str) -> str:
    return "RA" + code(9, "0123456789", "parcel", process_id)


# -- what carries effects out, in the worker's own process ----------------------------------------


def performers() -> dict[type, Performer]:
    """The outside: it takes everything and answers at once."""
    return {
        SendPortRequest: _accept_port,
        QueryPort: _ported,
        OrderParcel: _take_parcel,
        ReadSubscription: _read_record,
        PutSubscription: _nothing,
        DropSubscription: _nothing,
        ArmWatch: _nothing,
        DisarmWatch: _nothing,
    }


def _nothing(_effect: object, _errand: Errand) -> Sequence[object]:
    """Heard; what comes of it comes as news."""
    return ()


def _accept_port(asked: SendPortRequest, errand: Errand) -> Sequence[object]:
    hub = asked.hub
    accepted = HubAccepted(
        reference=reference_of(asked.number),
        donor=asked.donor,
        window=asked.window or rules().default_window(hub, errand.at),
        reply_due=rules().reply_due(hub, errand.at),
    )
    return (accepted,)


def _ported(asked: QueryPort, errand: Errand) -> Sequence[object]:
    window = timetable().window
    state = HubState.PORTED if errand.at >= window.opens else HubState.REQUESTED
    seen = PortStateSeen(
        reference=asked.reference,
        state=state,
        witness=Witness.QUERY,
        at=window.opens,
        window=window,
    )
    return (seen,)


def _take_parcel(parcel: OrderParcel, errand: Errand) -> Sequence[object]:
    del errand
    label = (parcel.name, *parcel.address.label_lines)
    return (
        ParcelAccepted(tracking_code=_tracking(parcel.reference), expected_on=MONDAY, label=label),
    )


def _read_record(asked: ReadSubscription, errand: Errand) -> Sequence[object]:
    order = errand.process_id.partition("/")[0]
    line = line_process(order, LINE_NAME)
    iccid = iccid_of(rules(), line, Msisdn(asked.subject), RECIPIENT, way=SimKind.CARD)
    is_ours = errand.at > timetable().window.opens + timedelta(seconds=15)
    record: Any = RecordRead(
        present=True,
        state="active" if is_ours else "reserved",
        iccid=iccid,
        changed_at=errand.at,
        at=errand.at,
    )
    return (record,)

"""What a customer is shown of his order: one pure model, for him and for the agent beside him.

Everything comes from states and facts of the order, at a moment; nothing is asked of anybody. The
first thing is one sentence, and it is the worst that is true.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from relevo.activation.activation.model import Activation
from relevo.care.case.model import Case
from relevo.care.complaint.model import Complaint, Complaints
from relevo.care.documents import Document
from relevo.engine.recorded import Recorded
from relevo.notices.voice.model import Voice
from relevo.orders.held import LineKind, Party
from relevo.orders.line.model import Line
from relevo.orders.order.model import Order, Phase
from relevo.orders.view import GONE, LineView, Standing
from relevo.pages.customer import standing
from relevo.pages.customer.conversation import Letter, Said, letters_of, thread_of
from relevo.pages.customer.material import Material
from relevo.pages.customer.parcels import EsimShown, Parcel, esim_of, parcel_of
from relevo.pages.customer.promised import Owed, PromiseShown, owed_for, promises_of
from relevo.pages.customer.standing import LineMatter, Saying, Works
from relevo.sims.dispatch.model import Dispatch
from relevo.sims.esim.model import Esim
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_ORDER_OF_WORRY = ("dead", "your_turn", "partial", "parcel", "moving", "proving")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """One number of the order."""

    id: str
    number: Msisdn | None
    kind: str
    donor: str
    mood: str
    now: Saying
    next: Saying | None
    works: tuple[Works, ...]
    looked_at: Moment | None
    parcel: Parcel | None
    esim: EsimShown | None
    owed: Owed | None
    asks_decision: bool
    can_test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """The whole page."""

    key: str
    basis: int  # the last fact it rests on
    party: Party
    recipient: str
    phase: str
    mood: str
    now: Saying
    owner: str
    case_key: str
    next_update: Moment | None
    lines: tuple[LineCard, ...]
    promises: tuple[PromiseShown, ...]
    owed: tuple[Owed, ...]
    thread: tuple[Said, ...]
    letters: tuple[Letter, ...]
    documents: tuple[Document, ...]
    complaints: tuple[Complaint, ...]
    can_call_off: bool
    is_answered: bool

    def line(self, name: str) -> LineCard | None:
        """The card of a line."""
        return next((each for each in self.lines if each.id == name), None)

    def once(self, act: str, line: str = "") -> str:
        """What a form carries, so that it is taken once however often it is sent."""
        return code(20, READABLE, "page", self.key, act, line, str(self.basis))


def customer_view(material: Material, *, owner: str, now: Moment) -> CustomerView:
    """The page of this order at this moment; ``owner`` looks after it while it has no case."""
    order = material.order
    assert order is not None, "only an order that exists is shown"
    assert order.customer is not None, "an accepted order has a customer"
    case, voice = material.state(Case, "case"), material.state(Voice, "voice")
    complaints = material.state(Complaints, "complaint")
    owed = {each.line: each for each in owed_for(material)}
    by_process = _by_process(material)
    lines = tuple(
        _line(material, order, view, owed.get(view.id), by_process, now) for view in order.views
    )
    said = _in_one_sentence(order, lines)
    return CustomerView(
        key=material.key,
        basis=material.records[-1].seq if material.records else 0,
        party=order.customer,
        recipient=order.recipient,
        phase=order.phase,
        mood=_mood(said.code),
        now=said,
        owner=(case.owner if case else "") or owner,
        case_key=case.key if case and case.is_open else "",
        next_update=case.next_update if case else None,
        lines=lines,
        promises=promises_of(material),
        owed=tuple(owed.values()),
        thread=thread_of(material),
        letters=letters_of(material),
        documents=tuple(material.documents),
        complaints=complaints.complaints if complaints else (),
        can_call_off=order.phase is Phase.UNDER_WAY
        and not any(view.standing in GONE for view in order.views),
        is_answered=not (voice and voice.knowledge and voice.knowledge.unanswered),
    )


def matter_of(
    material: Material,
    order: Order,
    view: LineView,
    by_process: dict[str, tuple[Recorded, ...]],
) -> LineMatter:
    """All that is known of a line of this order."""
    held = order.line(view.id)
    assert held is not None, "every line of an order is held by somebody"
    voice = material.state(Voice, "voice")
    heard = voice.knowledge.line(view.id) if voice and voice.knowledge else None
    return LineMatter(
        key=material.key,
        held=held,
        view=view,
        line=material.state(Line, "line", view.id),
        activation=material.state(Activation, "activation", view.id),
        heard=heard,
        choice=(order.decisions or {}).get(view.id),
        recipient=order.recipient,
        look=material.looks.get(view.id),
        records=by_process.get(f"{material.key}/activation/{view.id}", ()),
    )


def _line(
    material: Material,
    order: Order,
    view: LineView,
    owed: Owed | None,
    by_process: dict[str, tuple[Recorded, ...]],
    now: Moment,
) -> LineCard:
    matter = matter_of(material, order, view, by_process)
    esim = material.state(Esim, "esim", view.id, "1")
    is_over = view.standing in {Standing.OUT, Standing.STAYING}
    return LineCard(
        id=view.id,
        number=matter.held.number,
        kind=matter.held.kind,
        donor=matter.held.donor,
        mood=standing.mood_of(matter, now),
        now=standing.headline(matter, now),
        next=standing.upcoming(matter, now),
        works=standing.works_of(matter),
        looked_at=standing.looked_at(matter),
        parcel=None if is_over else _parcel(material, view, by_process),
        esim=None if is_over or esim is None or esim.iccid is None else esim_of(esim),
        owed=owed,
        asks_decision=view.standing is Standing.UNDECIDED,
        can_test=matter.activation is not None
        and matter.held.kind is not LineKind.FIBRE
        and matter.activation.phase not in {"unwatched", "released", "withdrawn"},
    )


def _parcel(
    material: Material, view: LineView, by_process: dict[str, tuple[Recorded, ...]]
) -> Parcel | None:
    name = f"{material.key}/card/{view.id}/1"
    state = material.state(Dispatch, "card", view.id, "1")
    if state is None or state.iccid is None:
        return None
    return parcel_of(name, state, by_process.get(name, ()))


def _in_one_sentence(order: Order, lines: tuple[LineCard, ...]) -> Saying:
    """The worst that is true, and who is worst off."""
    if order.phase in {Phase.WITHDRAWN, Phase.WITHDRAWING}:
        return Saying(code=str(order.phase))
    worries: dict[str, list[LineCard]] = defaultdict(list)
    for line in lines:
        worries[_worry(line)].append(line)
    for worry in _ORDER_OF_WORRY:
        if worry in worries:
            return _worried(worry, worries[worry])
    moving = [line for line in lines if line.now.code not in {"stays", "ceases", "out"}]
    if moving and all(line.now.code == "live" for line in moving):
        return Saying(code="all_works", slots={"recipient": order.recipient})
    days = sorted(
        (line.next.slots["window"] for line in moving if line.next and "window" in line.next.slots),
        key=lambda window: window.opens,
    )
    if days:
        return Saying(code="on_its_way", slots={"window": days[0], "recipient": order.recipient})
    return Saying(code="under_way", slots={"recipient": order.recipient})


def _worried(worry: str, lines: list[LineCard]) -> Saying:
    """One line is named, several are counted."""
    names = tuple(line.number for line in lines if line.number)
    slots: dict[str, Any] = {"numbers": names, "count": len(lines)}
    return Saying(code=worry, slots=slots)


def _worry(line: LineCard) -> str:
    match line.now.code:
        case "dead" | "dead_at_donor":
            return "dead"
        case "undecided" | "needs_you" | "put_in":
            return "your_turn"
        case "partial" | "moving" | "proving":
            return line.now.code
        case _ if line.parcel is not None and line.parcel.mood == "trouble":
            return "parcel"
        case _:
            return ""


def _mood(said: str) -> str:
    moods = {
        "dead": "trouble",
        "partial": "trouble",
        "your_turn": "wait",
        "parcel": "wait",
        "all_works": "good",
    }
    return moods.get(said, "plain")


def _by_process(material: Material) -> dict[str, tuple[Recorded, ...]]:
    found: dict[str, list[Recorded]] = defaultdict(list)
    for record in material.records:
        found[record.process_id].append(record)
    return {name: tuple(records) for name, records in found.items()}

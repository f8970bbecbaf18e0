"""From text to an order: every field is checked, and every fault is said at once.

What gets through here is believed by all the rest. So whatever can be known to be wrong is found
now, where a person can still mend it, and not by a donor's rejection days later (porting-es 12.8).
Nothing is stored until everything is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from relevo.catalog.expand import find_cycle, moves_together
from relevo.catalog.model import Catalogue, Tie
from relevo.catalog.offers import offered
from relevo.customers.check import CheckedParty, check_party
from relevo.customers.model import FieldFault, PartyDraft
from relevo.orders.consent import Consent
from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.orders.order.messages import PlaceOrder
from relevo.porting.profile import HubKind, PortingProfile
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment
from relevo.values.money import eur
from relevo.values.msisdn import Msisdn, number_kind, parse_msisdn
from relevo.values.person import Document
from relevo.values.simcard import Iccid, parse_iccid

AS_SOON_AS_POSSIBLE = "asap"
PREPAID, POSTPAID = "prepaid", "postpaid"
LINES_MAX = 200
"""More than this is a project with a plan of its own, not an order."""

_LINE_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """A line that the donor serves, as text."""

    id: str = ""
    kind: str = ""
    number: str = ""
    donor: str = ""
    payment: str = POSTPAID
    iccid: str = ""
    depends_on: str = ""
    moves_with: str = ""
    monthly_fee: str = "0"
    average_3m: str = "0"
    sim: str = ""  # how its new card comes, where that is not as the order says


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order as it comes from a form or a file. Nothing of it is checked."""

    customer: PartyDraft
    lines: tuple[LineDraft, ...]
    recipient: str
    moving: tuple[str, ...]
    sim: str = "card"
    wish: str = AS_SOON_AS_POSSIBLE
    consent: Consent | None = None


def capture(
    draft: OrderDraft,
    rules: PortingProfile,
    *,
    at: Moment,
    operators: tuple[str, ...] = (),
) -> PlaceOrder | tuple[FieldFault, ...]:
    """The order, or all that is wrong with it; ``operators`` are the names to propose."""
    form = check_form(draft, rules, at=at, operators=operators)
    party = form.party
    if form.faults or party is None:
        return form.faults
    return PlaceOrder(
        customer=Party(
            holder=party.holder,
            language=party.language,
            email=party.email,
            contact=party.contact,
            address=party.address,
        ),
        recipient=draft.recipient,
        lines=form.lines,
        moving=draft.moving,
        sim=SimKind(draft.sim),
        wish=form.wish,
        rules=rules.code,
        consent_at=at,
        sims=sims_of(draft),
        consent=draft.consent,
    )


def sims_of(draft: OrderDraft) -> dict[str, SimKind]:
    """The lines whose card comes in another way than the order's."""
    own = ((line.id, line.sim) for line in draft.lines if line.sim in set(SimKind))
    return {line: SimKind(sim) for line, sim in own if sim != draft.sim}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedForm:
    """A form as far as it is right: the lines that are, the party if it is, and all faults."""

    lines: tuple[HeldLine, ...]
    party: CheckedParty | None
    wish: date | None
    faults: tuple[FieldFault, ...]

    @property
    def document(self) -> Document | None:
        """The holder's document; None while the party is not right."""
        return self.party.holder.document if self.party else None


def check_form(
    draft: OrderDraft, rules: PortingProfile, *, at: Moment, operators: tuple[str, ...] = ()
) -> CheckedForm:
    """Every field checked; what is right can be looked at before all is."""
    desk = _Desk(draft=draft, rules=rules, catalogue=offered(), operators=operators, at=at)
    lines, faults = _lines(desk)
    numbers = _numbers_moving(draft)
    party = check_party(draft.customer, moving=numbers, town_fits=rules.town_fits)
    wrong_party = () if isinstance(party, CheckedParty) else party
    wish, wrong = _terms(desk)
    return CheckedForm(
        lines=tuple(lines),
        party=party if isinstance(party, CheckedParty) else None,
        wish=wish,
        faults=(*wrong_party, *faults, *wrong),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What the checks look at."""

    draft: OrderDraft
    rules: PortingProfile
    catalogue: Catalogue
    operators: tuple[str, ...]
    at: Moment

    def operator_fault(self, field: str, name: str) -> FieldFault | None:
        if self.rules.operator(name) is not None:
            return None
        known = ", ".join(self.operators)
        remedy = f"write one of {known}" if known else "write its name as the profile has it"
        code = "unknown" if name else "empty"
        return FieldFault(field, f"there is no operator {name!r}", remedy, code)


# -- lines ----------------------------------------------------------------------------------------


def _lines(desk: _Desk) -> tuple[list[HeldLine], list[FieldFault]]:
    drafts = desk.draft.lines
    faults = list(_shape_faults(desk))
    held = []
    partners = moves_together(desk.catalogue, [_tie(line) for line in drafts])
    for place, line in enumerate(drafts):
        made, wrong = _line(desk, place, line, partners[line.id])
        faults += wrong
        if made is not None:
            held.append(made)
    return held, faults


def _line(
    desk: _Desk, place: int, line: LineDraft, partner: str
) -> tuple[HeldLine | None, list[FieldFault]]:
    at = f"line[{place}]"
    number, faults = _number(desk, at, line)
    iccid, wrong = _card(at, line)
    faults += wrong
    faults += filter(None, [_donor_fault(desk, at, line)])
    fee, wrong = _amount(f"{at}.monthly_fee", line.monthly_fee)
    faults += wrong
    average, wrong = _amount(f"{at}.average_3m", line.average_3m)
    faults += wrong
    if faults or line.kind not in desk.catalogue.offers:
        return None, faults
    made = HeldLine(
        id=line.id,
        kind=LineKind(line.kind),
        number=number,
        donor=line.donor,
        prepaid=line.payment == PREPAID,
        donor_iccid=iccid,
        depends_on=line.depends_on,
        moves_with=partner,
        monthly_fee_eur_cents=fee,
        average_3m_eur_cents=average,
    )
    return made, []


def _shape_faults(desk: _Desk) -> Iterator[FieldFault]:
    """What is wrong with the lines as a whole: names, kinds and how they hang together."""
    lines = desk.draft.lines
    if not lines:
        yield FieldFault("line", "there is no line", "name every line that the donor serves")
    if len(lines) > LINES_MAX:
        yield FieldFault("line", f"{len(lines)} lines are too many", f"order {LINES_MAX} at a time")
    names = [line.id for line in lines]
    for place, line in enumerate(lines):
        at = f"line[{place}]"
        if not _LINE_NAME.fullmatch(line.id):
            remedy = "write 1 to 20 letters, digits, - or _"
            yield FieldFault(f"{at}.id", f"{line.id!r} cannot be a line's name", remedy)
        if line.id in names[:place]:
            yield FieldFault(f"{at}.id", f"{line.id!r} is there twice", "give each line its own id")
        if line.kind not in desk.catalogue.offers:
            known = ", ".join(desk.catalogue.offers)
            yield FieldFault(
                f"{at}.kind", f"{line.kind!r} is not a kind of line", f"write one of {known}"
            )
        for field, other in (("depends_on", line.depends_on), ("moves_with", line.moves_with)):
            if other and other not in names:
                known = ", ".join(name for name in names if name != line.id) or "none"
                yield FieldFault(
                    f"{at}.{field}", f"there is no line {other!r}", f"write one of {known}"
                )
    circle = find_cycle({line.id: line.depends_on for line in lines if line.depends_on})
    if circle:
        place = names.index(circle[0])
        walk = " -> ".join((*circle, circle[0]))
        yield FieldFault(
            f"line[{place}].depends_on",
            f"lines depend on one another in a circle: {walk}",
            "take out the dependence that is wrong",
        )


def _number(desk: _Desk, at: str, line: LineDraft) -> tuple[Msisdn | None, list[FieldFault]]:
    field = f"{at}.number"
    offer = desk.catalogue.offers.get(line.kind)
    if not line.number.strip():
        if offer is None or not offer.needs_number:
            return None, []
        why = f"a {line.kind} line has a number"
        return None, [FieldFault(field, why, "write it, for example +34600000101", "empty")]
    try:
        number = parse_msisdn(line.number)
    except Malformed as wrong:
        return None, [FieldFault(field, wrong.why, wrong.remedy, wrong.code)]
    if not desk.rules.in_numbering_plan(number):
        why = f"{number} is not a number of this country, and its clearing houses cannot move it"
        remedy = "leave it out, or correct its country code"
        return None, [FieldFault(field, why, remedy, "foreign")]
    first = next(other for other in desk.draft.lines if _parsed(other.number) == number)
    if first is not line:
        why = f"{number} is the number of line {first.id!r} already"
        return None, [FieldFault(field, why, "give each line its own number", "twice")]
    kind = number_kind(number)
    if offer is not None and kind not in offer.number_kinds:
        why = f"{number} is a {kind} number and the line is {line.kind}"
        remedy = "correct the number or the kind of the line"
        return None, [FieldFault(field, why, remedy, "other_kind", (kind, line.kind))]
    return number, []


def _card(at: str, line: LineDraft) -> tuple[Iccid | None, list[FieldFault]]:
    if line.payment not in {PREPAID, POSTPAID}:
        why = f"{line.payment!r} is not a way to pay"
        remedy = f"write {PREPAID} or {POSTPAID}"
        return None, [FieldFault(f"{at}.payment", why, remedy, "empty")]
    if not line.iccid.strip():
        if line.payment == POSTPAID:
            return None, []
        why = "a prepaid line is validated by its card, and there is no iccid"
        remedy = "write the 19 digits printed on the card"
        return None, [FieldFault(f"{at}.iccid", why, remedy, "empty")]
    try:
        return parse_iccid(line.iccid), []
    except Malformed as wrong:
        return None, [FieldFault(f"{at}.iccid", wrong.why, wrong.remedy, wrong.code, wrong.about)]


def _donor_fault(desk: _Desk, at: str, line: LineDraft) -> FieldFault | None:
    fault = desk.operator_fault(f"{at}.donor", line.donor)
    if fault is not None or line.donor != desk.draft.recipient:
        return fault
    if line.id not in desk.draft.moving:
        return None
    why = f"{line.donor} is also the recipient: there is nothing to move"
    return FieldFault(f"{at}.donor", why, "correct the donor, or leave it out", "is_recipient")


def _amount(field: str, text: str) -> tuple[int, list[FieldFault]]:
    try:
        amount = eur(text.strip() or "0")
    except Malformed as wrong:
        return 0, [FieldFault(field, wrong.why, wrong.remedy)]
    if amount.minor < 0:
        return 0, [FieldFault(field, f"{text} is negative", "write what is paid, or 0")]
    return amount.minor, []


# -- the order itself -----------------------------------------------------------------------------


def _terms(desk: _Desk) -> tuple[date | None, list[FieldFault]]:
    draft = desk.draft
    faults = list(filter(None, [desk.operator_fault("order.recipient", draft.recipient)]))
    known = [line.id for line in draft.lines]
    if not draft.moving:
        why = "no line is to move"
        faults.append(FieldFault("order.lines", why, f"name one or more of {', '.join(known)}"))
    for place, name in enumerate(draft.moving):
        field = f"order.lines[{place}]"
        if name not in known:
            why = f"there is no line {name!r}"
            faults.append(FieldFault(field, why, f"write one of {', '.join(known) or 'none'}"))
        if name in draft.moving[:place]:
            faults.append(FieldFault(field, f"{name!r} is there twice", "name each line once"))
    if draft.sim not in set(SimKind):
        why = f"{draft.sim!r} is not a kind of SIM"
        faults.append(FieldFault("order.sim", why, f"write {' or '.join(SimKind)}"))
    wish, wrong = _wish(desk)
    return wish, [*faults, *wrong]


def _wish(desk: _Desk) -> tuple[date | None, list[FieldFault]]:
    def wrong(why: str, remedy: str, code: str, *about: str) -> tuple[None, list[FieldFault]]:
        return None, [FieldFault("order.wish", why, remedy, code, about)]

    text = desk.draft.wish.strip()
    if text in {"", AS_SOON_AS_POSSIBLE}:
        return None, []
    try:
        wish = date.fromisoformat(text)
    except ValueError:
        return wrong(f"{text!r} is not a day", "write asap, or a day such as 2019-01-24", "no_day")
    rules, hub = desk.rules, HubKind.MOBILE
    today = rules.calendar(hub).local(desk.at).date()
    last = rules.latest_window_day(hub, rules.opens_at(hub, desk.at))
    remedy = f"write a day up to {last}"
    if wish < today:
        return wrong(f"{wish} is past", remedy, "past")
    if wish > last:
        why = f"{wish} is later than a port may be asked for today"
        return wrong(why, remedy, "too_late", last.isoformat())
    return wish, []


def _tie(line: LineDraft) -> Tie:
    return Tie(
        line=line.id,
        kind=line.kind,
        has_number=bool(line.number.strip()),
        depends_on=line.depends_on,
        moves_with=line.moves_with,
    )


def _numbers_moving(draft: OrderDraft) -> frozenset[Msisdn]:
    moving = (_parsed(line.number) for line in draft.lines if line.id in draft.moving)
    return frozenset(number for number in moving if number is not None)


def _parsed(text: str) -> Msisdn | None:
    try:
        return parse_msisdn(text)
    except Malformed:
        return None

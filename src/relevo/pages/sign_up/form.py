"""The form of a sign-up: everything as the customer wrote it, right or wrong.

Nothing is lost because it is wrong: what a field holds is kept as text, and judged each time it is
looked at. What was not asked yet is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import msgspec

from relevo.catalog.bundles import Bundle
from relevo.customers.model import PartyDraft
from relevo.notices.welcome.model import LetterLine
from relevo.orders.capture import POSTPAID, LineDraft, OrderDraft
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn, number_kind, parse_msisdn

STEPS = ("bundle", "numbers", "others", "holder", "address", "cards", "dates", "review")
"""In the order in which they are asked."""

TEXT_MAX = 200
"""What a field keeps. A longer text is cut: nobody's name or street is lost by it."""
OTHERS_MAX = 20
FIXED, FIBRE, MOBILE = "fixed", "fibre", "mobile"
PORT = "port"
FATES = (PORT, "keep", "cease")
SIMS = ("esim", "card")
NONE, SOME = "none", "some"
ON_LINE, _AT_DONOR = "line:", "donor:"
_CONTACT = "C1"

Ask = Callable[[str], str]
"""Gives a field of what was sent; "" when it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number. Those of the bundle move; of each other one the customer says what becomes."""

    id: str
    kind: str = ""
    number: str = ""
    donor: str = ""
    payment: str = ""
    iccid: str = ""
    sim: str = SIMS[0]
    hangs_on: str = ""  # "line:M1": on its card; "donor:altamar": on the same contract there
    fate: str = PORT
    is_held: bool = False  # our books named it, not the customer

    @property
    def msisdn(self) -> Msisdn | None:
        """The number, when it is one."""
        try:
            return parse_msisdn(self.number)
        except Malformed:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What was agreed when the order was placed: the confirmation says this, and nothing newer."""

    order: str
    at: Moment
    lines: tuple[LetterLine, ...]
    text: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A sign-up as far as it has come."""

    bundle: str = ""
    lines: tuple[Entry, ...] = ()
    others_said: str = ""  # "" | "none" | "some"
    others: tuple[Entry, ...] = ()
    customer: PartyDraft = field(default_factory=lambda: PartyDraft(document_type="NIF"))
    contact_moves: str = ""  # whether the contact number is at an operator that is left
    wish: str = ""
    is_later: bool = False  # he wants a later day than the first, whether he has said which
    ticked: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()  # steps that were answered once
    placed: Placed | None = None

    @property
    def named(self) -> tuple[Entry, ...]:
        """The other numbers, if the customer says that there are any; in any case those that our
        books know, and his contact number at an operator that he leaves."""
        if self.others_said == SOME:
            return self.others
        return tuple(other for other in self.others if other.is_held or other.id == _CONTACT)

    @property
    def moving(self) -> tuple[Entry, ...]:
        """All that comes to us."""
        return (*self.lines, *(other for other in self.named if other.fate == PORT))

    @property
    def mobiles(self) -> tuple[Entry, ...]:
        """The lines that get a card of ours."""
        return tuple(entry for entry in self.moving if kind_of(entry) == MOBILE)

    @property
    def donors(self) -> tuple[str, ...]:
        """The operators that are left."""
        return tuple(dict.fromkeys(line.donor for line in self.lines if line.donor))

    def entry(self, name: str) -> Entry | None:
        """The number of that name."""
        return next((entry for entry in (*self.lines, *self.others) if entry.id == name), None)


def encoded(form: Form) -> bytes:
    """The form as it is kept."""
    return msgspec.json.encode(form)


def decoded(content: bytes) -> Form:
    """A form that was kept. A field that it does not know yet has its default."""
    return msgspec.json.decode(content, type=Form)


def kind_of(entry: Entry) -> str:
    """Whether a number is mobile or fixed: by its digits, where nobody was asked."""
    if entry.kind:
        return entry.kind
    number = entry.msisdn
    return FIXED if number is not None and number_kind(number) == FIXED else MOBILE


# -- what was sent, put into the form -------------------------------------------------------------


def with_bundle(form: Form, bundle: Bundle, mobiles: int) -> Form:
    """The form for this bundle; numbers that were written already stay."""
    wanted = [kind for kind in bundle.lines if kind != MOBILE]
    names = {FIXED: "F", FIBRE: "W"}
    lines = [form.entry(names[kind]) or Entry(id=names[kind], kind=kind) for kind in wanted]
    count = max(1, min(mobiles, bundle.mobiles_max)) if MOBILE in bundle.lines else 0
    names_of_mobiles = [f"M{place}" for place in range(1, count + 1)]
    lines += [form.entry(name) or Entry(id=name, kind=MOBILE) for name in names_of_mobiles]
    return replace(form, bundle=bundle.id, lines=tuple(lines))


def with_numbers(form: Form, ask: Ask) -> Form:
    """The numbers of the bundle, as they were written."""
    return replace(form, lines=_with_one_donor(_read(line, ask) for line in form.lines))


def with_others(form: Form, ask: Ask) -> Form:
    """The other numbers; ``act`` adds an empty one or takes one out."""
    act, said = ask("act"), ask("others_said")
    others = [_read_other(other, ask) for other in form.others]
    if act.startswith("drop:"):
        others = [other for other in others if other.id != act.removeprefix("drop:")]
    lacks_one = said == SOME and not others
    if (act == "add" or lacks_one) and len(others) < OTHERS_MAX:
        taken = {other.id for other in others}
        free = next(name for n in range(1, OTHERS_MAX + 2) if (name := f"N{n}") not in taken)
        others.append(Entry(id=free, fate="", payment=POSTPAID))
        said = SOME
    return replace(
        form, others=tuple(others), others_said=said if said in {NONE, SOME} else form.others_said
    )


def with_holder(form: Form, ask: Ask, *, language: str) -> Form:
    """Who orders."""
    customer = replace(
        form.customer,
        name=ask("name"),
        document_type=ask("document_type"),
        document_number=ask("document_number"),
        business=ask("document_type") == "CIF",
        language=language,
        email=ask("email"),
        contact=ask("contact"),
    )
    after = replace(form, customer=customer, contact_moves=ask("contact_moves"))
    return _with_contact_among_others(after)


def with_address(form: Form, ask: Ask) -> Form:
    """Where cards go; ``act`` takes the town that the postcode belongs to."""
    act, city = ask("act"), ask("city")
    customer = replace(
        form.customer,
        street=ask("street"),
        postcode=ask("postcode"),
        city=act.removeprefix("town:") if act.startswith("town:") else city,
        province=ask("province"),
    )
    return replace(form, customer=customer)


def with_cards(form: Form, ask: Ask) -> Form:
    """Card or eSIM, for each mobile line."""

    def chosen(entry: Entry) -> Entry:
        sim = ask(f"{entry.id}.sim")
        return replace(entry, sim=sim) if sim in SIMS else entry

    return replace(
        form,
        lines=tuple(map(chosen, form.lines)),
        others=tuple(map(chosen, form.others)),
    )


def with_wish(form: Form, ask: Ask) -> Form:
    """The day; "" is the earliest."""
    is_later = ask("when") == "later"
    return replace(form, is_later=is_later, wish=ask("wish") if is_later else "")


def with_held(form: Form, numbers: Iterable[tuple[Msisdn, str, str]]) -> Form:
    """The form with numbers that our books know to hang on these: (number, principal, donor)."""
    known = {entry.msisdn for entry in (*form.lines, *form.others)}
    ids = {entry.msisdn: entry.id for entry in form.lines}
    others = list(form.others)
    for number, principal, donor in numbers:
        if number in known or len(others) >= OTHERS_MAX:
            continue
        on = ids.get(Msisdn(principal))
        others.append(
            Entry(
                id=f"K{len(others) + 1}",
                number=number,
                donor=donor,
                payment=POSTPAID,
                hangs_on=f"{ON_LINE}{on}" if on else f"{_AT_DONOR}{donor}",
                fate="",
                is_held=True,
            )
        )
    if len(others) == len(form.others):
        return form
    return replace(form, others=tuple(others), others_said=SOME)


def _read(line: Entry, ask: Ask) -> Entry:
    if line.kind == FIBRE:
        return line
    return replace(
        line,
        number=ask(f"{line.id}.number"),
        donor=ask(f"{line.id}.donor"),
        payment=ask(f"{line.id}.payment") if line.kind == MOBILE else POSTPAID,
        iccid=ask(f"{line.id}.iccid"),
    )


def _with_one_donor(lines: Iterable[Entry]) -> tuple[Entry, ...]:
    """A fibre has no number to ask about: it is where the fixed line is."""
    found = tuple(lines)
    donor = next((line.donor for line in found if line.kind == FIXED), "")
    return tuple(
        replace(line, donor=donor, payment=POSTPAID) if line.kind == FIBRE else line
        for line in found
    )


def _read_other(other: Entry, ask: Ask) -> Entry:
    name = other.id
    fate = ask(f"{name}.fate")
    if other.is_held:
        return replace(other, fate=fate if fate in FATES else other.fate)
    return replace(
        other,
        number=ask(f"{name}.number"),
        hangs_on=ask(f"{name}.hangs_on"),
        fate=fate if fate in FATES else "",
    )


def _with_contact_among_others(form: Form) -> Form:
    """The number to reach him at is itself a line somewhere: if it is one of the operators that
    are left, it needs a decision like any other."""
    contact = Entry(id=_CONTACT, number=form.customer.contact).msisdn
    known = {entry.msisdn for entry in (*form.lines, *form.named)}
    others = tuple(
        other for other in form.others if other.id != _CONTACT or other.msisdn == contact
    )
    if form.contact_moves != "yes" or contact is None or contact in known:
        return replace(form, others=others)
    donor = form.donors[0] if form.donors else ""
    asked = Entry(
        id=_CONTACT,
        number=form.customer.contact,
        payment=POSTPAID,
        hangs_on=f"{_AT_DONOR}{donor}",
        fate="",
    )
    return replace(form, others=(*others, asked), others_said=SOME)


# -- the form as an order -------------------------------------------------------------------------


def as_order(form: Form, *, recipient: str) -> OrderDraft:
    """The form as it would be ordered; the checks of every order then look at it."""
    first = form.donors[0] if form.donors else ""
    return OrderDraft(
        customer=form.customer,
        lines=(
            *(_bundled(line) for line in form.lines),
            *(_hanging(other, form, first) for other in form.named),
        ),
        recipient=recipient,
        moving=tuple(entry.id for entry in form.moving),
        sim=SIMS[0],
        wish=form.wish or "asap",
    )


def _bundled(line: Entry) -> LineDraft:
    return LineDraft(
        id=line.id,
        kind=line.kind,
        number=line.number,
        donor=line.donor,
        payment=line.payment,
        iccid=line.iccid if line.payment != POSTPAID else "",
        sim=line.sim if line.kind == MOBILE else "",
    )


def _hanging(other: Entry, form: Form, first_donor: str) -> LineDraft:
    kind = kind_of(other)
    on = other.hangs_on.removeprefix(ON_LINE) if other.hangs_on.startswith(ON_LINE) else ""
    principal = form.entry(on) if on else None
    donor = principal.donor if principal else other.hangs_on.removeprefix(_AT_DONOR)
    return LineDraft(
        id=other.id,
        kind=kind,
        number=other.number,
        donor=donor or first_donor,
        payment=POSTPAID,
        depends_on=on if principal else "",
        sim=other.sim if kind == MOBILE else "",
    )

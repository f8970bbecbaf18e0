"""What is said of a form: the checks of every order and the preflight, put beside their fields.

No rule of its own lives here but those of the questions themselves: an answer that is missing, a
number of which nobody has said what becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from relevo.customers.model import FieldFault
from relevo.engine.connection import Connection
from relevo.orders.capture import OrderDraft
from relevo.orders.preflight.judge import judge
from relevo.orders.preflight.model import Books, NumberVerdict, Outcome, Preflight, Reason, Word
from relevo.orders.preflight.queries import numbers_in, read_books
from relevo.pages.sign_up.form import (
    FIBRE,
    STEPS,
    Entry,
    Form,
    as_order,
    kind_of,
)
from relevo.porting.profile import HubKind, PortingProfile
from relevo.values.moment import Moment

ASKED_HERE = frozenset({Word.DIES_WITH_PRINCIPAL, Word.UNDECIDED, Word.PERHAPS_PREPAID})
"""What the sign-up asks as a question of its own: with the answer the reason is gone."""

VISITED = frozenset({"cards", "dates"})
"""Steps whose fields have an answer from the start: they are passed by looking at them."""

TICKS = ("move", "consequences")
"""What has to be ticked, by name."""

_PARTY = {
    "name": "name",
    "document.type": "document_type",
    "document.number": "document_number",
    "email": "email",
    "contact": "contact",
    "address.street": "street",
    "address.postcode": "postcode",
    "address.city": "city",
    "address.province": "province",
}
_HOLDER = frozenset({"name", "document_type", "document_number", "email", "contact"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to mend. ``code`` is the key of a text, ``about`` fills it."""

    code: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A form, what is known of its numbers, and what is to be mended, by the name of the field."""

    form: Form
    draft: OrderDraft
    found: Preflight
    books: Books
    faults: Mapping[str, Fault]

    def verdict(self, name: str) -> NumberVerdict | None:
        """What is said of one number."""
        return next((each for each in self.found.numbers if each.line == name), None)

    def of_step(self, step: str) -> dict[str, Fault]:
        """What is to be mended on one page."""
        return {name: fault for name, fault in self.faults.items() if self._step(name) == step}

    @property
    def next_step(self) -> str:
        """The first page that still has a question; the last one when none has."""
        for step in self.steps:
            waits = step in VISITED and step not in self.form.passed
            if waits or self.of_step(step):
                return step
        return STEPS[-1]

    @property
    def steps(self) -> tuple[str, ...]:
        """The pages of this form: without mobile lines nobody is asked about cards."""
        has_cards = bool(self.form.mobiles) or not self.form.bundle
        return tuple(step for step in STEPS if step != "cards" or has_cards)

    def may_show(self, step: str) -> bool:
        """Whether everything before this page is answered."""
        return step in self.steps and self.steps.index(step) <= self.steps.index(self.next_step)

    def _step(self, name: str) -> str:
        if name in STEPS:
            return name
        head, _, part = name.partition(".")
        if part:
            return "numbers" if any(head == line.id for line in self.form.lines) else "others"
        if name in _HOLDER or name == "contact_moves":
            return "holder"
        return {"wish": "dates", "others_said": "others", "bundle": "bundle"}.get(name, "address")


def judged(
    connection: Connection, form: Form, rules: PortingProfile, *, recipient: str, at: Moment
) -> Judged:
    """Everything that is said of a form now."""
    draft = as_order(form, recipient=recipient)
    books = read_books(connection, numbers_in(draft))
    names = tuple(each.name for each in rules.operators())
    found = judge(draft, rules, books, at=at, operators=names)
    return Judged(
        form=form, draft=draft, found=found, books=books, faults=_faults(form, draft, found)
    )


def latest_day(rules: PortingProfile, at: Moment) -> date:
    """The last day that may be asked for today."""
    return rules.latest_window_day(HubKind.MOBILE, rules.opens_at(HubKind.MOBILE, at))


def today(rules: PortingProfile, at: Moment) -> date:
    """The day that it is for people of the country."""
    return rules.calendar(HubKind.MOBILE).local(at).date()


def _faults(form: Form, draft: OrderDraft, found: Preflight) -> dict[str, Fault]:
    faults: dict[str, Fault] = {}
    if not form.bundle:
        faults["bundle"] = Fault(code="bundle.empty")
    for line, verdict in zip(draft.lines, found.numbers, strict=True):
        entry = form.entry(line.id)
        if entry is not None and entry.kind != FIBRE:
            faults |= _of_number(entry, verdict)
    if form.others_said == "":
        faults["others_said"] = Fault(code="others_said.empty")
    faults |= {
        f"{other.id}.{name}": Fault(code=f"{name}.empty")
        for other in form.named
        for name in ("fate", "hangs_on")
        if not getattr(other, name)
    }
    faults |= dict(filter(None, map(_of_party, found.faults)))
    if form.is_later and not form.wish:
        faults["wish"] = Fault(code="wish.empty")
    if form.contact_moves not in {"yes", "no"}:
        faults.setdefault("contact_moves", Fault(code="contact_moves.empty"))
    return faults


def _of_number(entry: Entry, verdict: NumberVerdict) -> dict[str, Fault]:
    """The gravest thing about each field of a number."""
    faults: dict[str, Fault] = {}
    for reason in verdict.reasons:
        if reason.fault is not None:
            name = str(reason.fault.path[-1])
            is_moot = name == "donor" and reason.fault.code != "empty"
            if not (is_moot and faults.get(f"{entry.id}.number")):
                fault = Fault(code=f"{name}.{reason.fault.code}", about=reason.fault.about)
                faults.setdefault(f"{entry.id}.{name}", fault)
        elif reason.outcome >= Outcome.ASK and reason.word not in ASKED_HERE:
            faults.setdefault(f"{entry.id}.number", _of_reason(reason))
    if entry.kind == "" and kind_of(entry) == "fixed":
        faults.pop(f"{entry.id}.payment", None)
    return faults


def _of_reason(reason: Reason) -> Fault:
    """What a stranger may read of a reason: never whose order it is, nor with which document."""
    about = reason.about if reason.word is Word.SERVED_BY_ANOTHER else ()
    days = () if reason.days_left is None else (str(reason.days_left),)
    return Fault(code=f"reason.{reason.word}", about=(*about, *days))


def _of_party(fault: FieldFault) -> tuple[str, Fault] | None:
    head, _, rest = fault.field.partition(".")
    if head == "customer" and rest in _PARTY:
        name = _PARTY[rest]
        return name, Fault(code=f"{name}.{fault.code}", about=fault.about)
    if fault.field == "order.wish":
        return "wish", Fault(code=f"wish.{fault.code}", about=fault.about)
    return None

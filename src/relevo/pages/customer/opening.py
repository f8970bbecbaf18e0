"""Opens the customer's page: for the customer himself, or for the agent who looks at it with him.

Both see the same page and have the same acts. What an agent does there is told under his own name,
as done in a call; that he looked is noted, as every look at a customer is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act, note_look, times_opened
from relevo.access.masking import Personal, Shows, roles_of, sight
from relevo.brands.reading import Session
from relevo.care.rights import CareRights
from relevo.pages.console import console_of, reading
from relevo.pages.customer.material import Material, read_material
from relevo.pages.customer.standing import Saying
from relevo.pages.customer.view import CustomerView, LineCard, customer_view
from relevo.pages.guard import Forbidden, NotFound
from relevo.pages.page import page, visitor_of
from relevo.pages.shown import Shown, label_of
from relevo.pages.words import language_of, words
from relevo.porting.profile import HubKind
from relevo.profiles.book import UnknownProfile
from relevo.rim import country_module
from relevo.wiring import book

HOME = "/mine"
CUSTOMER, STAFF_CHANNEL = "customer", "call"
PAGE = "page"
"""The channel of what the customer does here."""

_NEEDED = (
    Personal.NAME,
    Personal.NUMBER,
    Personal.EMAIL,
    Personal.PHONE,
    Personal.ADDRESS,
    Personal.ICCID,
)
"""What stands on the page: whose role does not see all of it cannot look at it with a customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The page of one order, and who is before it."""

    view: CustomerView
    material: Material
    base: str  # where the page is, without a stroke at its end
    by: str  # "customer", or the member of staff
    channel: str
    times_opened: int

    @property
    def is_customer(self) -> bool:
        """Whether the customer himself is here."""
        return self.by == CUSTOMER

    def line(self, request: Request) -> LineCard:
        """The line that the address names. Raises NotFound."""
        found = self.view.line(request.path_params["line"])
        if found is None:
            raise NotFound("line")
        return found


def opened(request: Request) -> Opened:
    """The page of this visitor's order. Raises NotFound and Forbidden."""
    visitor = visitor_of(request)
    key = visitor.order or request.path_params["order"]
    with reading(request) as (connection, session):
        if not visitor.order:
            _may_look_with_him(session)
        material = read_material(connection, key)
        if material is None:
            raise NotFound(key)
        times = times_opened(connection, key) if visitor.order else 0
    if not visitor.order:
        _note(request, session, key)
    now = console_of(request).now()
    view = customer_view(material, owner=_owner(material), now=now)
    if visitor.order:
        language = language_of(request, view.party.language)
        request.state.visitor = replace(visitor, language=language)
    return Opened(
        view=view,
        material=material,
        base=HOME if visitor.order else f"/desk/orders/{key}/as-customer",
        by=CUSTOMER if visitor.order else session.staff,
        channel=PAGE if visitor.order else STAFF_CHANNEL,
        times_opened=times,
    )


def answer(
    request: Request, known: Opened, name: str, status: int = 200, **values: Any
) -> Response:
    """A page of this area, with what all of them need."""
    return page(
        request,
        f"customer/{name}.html",
        status=status,
        view=known.view,
        base=known.base,
        is_customer=known.is_customer,
        say=_speaker(request),
        brand=_label(request),
        **values,
    )


def noted(request: Request, known: Opened, verb: str, subject: str = "") -> None:
    """What a member of staff did for the customer is kept; the customer's own acts are facts."""
    session = visitor_of(request).session
    if known.is_customer or session is None:
        return
    console = console_of(request)
    with console.acting() as connection:
        note_act(
            connection,
            session,
            verb,
            at=console.now(),
            family=known.view.key,
            subject=subject,
        )


def _speaker(request: Request) -> Any:
    """Fills the sentences of the view: operators by their names, times as people read them."""
    said = words(visitor_of(request).language)
    console = console_of(request)
    shown = Shown(said, console.settings.rules.zone, console.now())
    brand = _label(request)

    def say(saying: Saying, group: str) -> str:
        slots = {
            name: brand(value) if name in {"donor", "recipient"} else shown.word(value)
            for name, value in saying.slots.items()
        }
        several = saying.slots.get("count", 1) != 1
        key = f"customer.{group}.{saying.code}"
        return said(f"{key}_many" if several and said.has(f"{key}_many") else key, **slots)

    return say


def _label(request: Request) -> Any:
    return partial(label_of, console_of(request).settings.rules)


def _owner(material: Material) -> str:
    order = material.order
    assert order is not None, "only an order that exists is shown"
    try:
        return _rights(order.rules).owner(material.key)
    except UnknownProfile:
        return ""


@cache
def _rights(code: str) -> CareRights:
    days = book().pinned(code).calendar(HubKind.MOBILE)
    rights: CareRights = country_module(code, "care").care(days)
    return rights


def _may_look_with_him(session: Session) -> None:
    roles = roles_of(session)
    if any(sight(what, roles) is not Shows.ALL for what in _NEEDED):
        raise Forbidden("this role does not see all that stands on the page")


def _note(request: Request, session: Session, key: str) -> None:
    console = console_of(request)
    with console.acting() as connection:
        note_look(connection, session, [key], at=console.now(), page=request.url.path)

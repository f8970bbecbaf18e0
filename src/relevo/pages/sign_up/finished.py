"""The end of the sign-up: the order's key, the customer's link, the letter to keep."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.links import customer_link
from relevo.adapters.letter_typst.pdf import welcome_pdf
from relevo.notices.welcome.model import WelcomeLetter
from relevo.notices.welcome.queries import letter_of_order
from relevo.pages.console import console_of, reading
from relevo.pages.guard import NotFound, site_secret
from relevo.pages.page import go, page, visitor_of
from relevo.pages.shown import label_of
from relevo.pages.sign_up.asking import Asked, asked
from relevo.values.moment import utc
from relevo.wiring import book


def show_done(request: Request) -> Response:
    """What was ordered, and what comes next."""
    mine = asked(request)
    if mine is None or not mine.kept.order_key:
        return go("/sign-up")
    letter = letter_of(request, mine)
    return page(
        request,
        "sign_up/done.html",
        letter=letter,
        link=_link(request, mine.kept.order_key),
        recipient=letter.recipient,
    )


def show_letter(request: Request) -> Response:
    """The welcome letter as PDF."""
    mine = asked(request)
    if mine is None or not mine.kept.order_key:
        raise NotFound
    return _pdf(letter_of(request, mine))


def show_kept_letter(request: Request) -> Response:
    """The same letter for who came by the link of his order: from its facts, for as long as it is
    there. The link itself is not in it: a page that is printed opens nothing."""
    order = visitor_of(request).order
    with reading(request) as (connection, _):
        letter = letter_of_order(connection, order, book().pinned)
    if letter is None:
        raise NotFound(order)
    return _pdf(letter)


def letter_of(request: Request, mine: Asked) -> WelcomeLetter:
    """The letter as it was agreed: of the moment of the order, whatever has happened since."""
    settings, placed = console_of(request).settings, mine.form.placed
    assert placed is not None, "a form with an order knows what was agreed"
    customer = mine.form.customer
    return WelcomeLetter(
        order=placed.order,
        at=utc(placed.at),
        language=customer.language,
        zone=settings.rules.zone,
        recipient=label_of(settings.rules, settings.operator),
        holder=customer.name,
        address=(customer.street, f"{customer.postcode} {customer.city}"),
        lines=placed.lines,
        link=_link(request, placed.order),
        consent_digest=placed.digest,
    )


def _link(request: Request, order: str) -> str:
    console = console_of(request)
    with console.acting() as connection:
        path = customer_link(connection, site_secret(request), order)
    return (console.settings.address or str(request.base_url).rstrip("/")) + path


def _pdf(letter: WelcomeLetter) -> Response:
    name = f'inline; filename="{letter.order}.pdf"'
    headers = {"content-disposition": name}
    return Response(welcome_pdf(letter), media_type="application/pdf", headers=headers)

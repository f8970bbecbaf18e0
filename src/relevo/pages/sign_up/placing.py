"""Makes an order of a form: once, whole, with its consent and with every decision in it.

The form's row is locked first, so that two presses of the button are one after the other; the
second one finds an order. The order's own key against doubles stands behind that.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from relevo.catalog.bundles import tariff_on
from relevo.engine.connection import Connection
from relevo.orders.actions import place_order
from relevo.orders.drafts.actions import close_draft, draft_name, read_draft
from relevo.orders.held import Choice
from relevo.orders.order.messages import DecideNumber
from relevo.orders.process_ids import ORDER
from relevo.pages.console import Console, console_of
from relevo.pages.guard import address_of
from relevo.pages.page import visitor_of, words_of
from relevo.pages.shown import Shown
from relevo.pages.sign_up.agreement import agreed, planned_lines
from relevo.pages.sign_up.asking import Asked
from relevo.pages.sign_up.form import PORT, Form, Placed, decoded, encoded
from relevo.pages.sign_up.judged import TICKS, Judged, judged, today


class NotYet(Exception):
    """Something is to be mended first; nothing was placed."""


def place(request: Request, mine: Asked, ticked: tuple[str, ...]) -> str:
    """The key of the order. Raises NotYet, and OrderRefused for what only the order's own checks
    find, such as a number that another order took a moment ago."""
    console = console_of(request)
    with console.acting() as connection, connection.transaction():
        kept = read_draft(connection, mine.secret, at=console.now(), lock=True)
        if kept is None:
            raise NotYet
        if kept.order_key:
            return kept.order_key
        form = replace(decoded(kept.content), ticked=ticked)
        seen = _looked_at(console, connection, form)
        if seen.next_step != "review" or not set(TICKS) <= set(ticked):
            raise NotYet
        return _placed(request, connection, mine.secret, seen)


def _looked_at(console: Console, connection: Connection, form: Form) -> Judged:
    settings = console.settings
    return judged(connection, form, settings.rules, recipient=settings.operator, at=console.now())


def _placed(request: Request, connection: Connection, secret: str, seen: Judged) -> str:
    console = console_of(request)
    settings, form, at = console.settings, seen.form, console.now()
    shown = Shown(words_of(request), settings.rules.zone, at)
    consent = agreed(seen, settings.rules, shown, address=address_of(request), ticked=form.ticked)
    customer = replace(seen.draft.customer, language=visitor_of(request).language)
    order = place_order(
        connection,
        console.engine,
        replace(seen.draft, customer=customer, consent=consent),
        key=draft_name(secret),
        rules=settings.rules,
        at=at,
    )
    with connection.cursor() as cursor:
        for other in form.named:
            if other.fate == PORT:
                continue
            choice = Choice(other.fate)
            decided = DecideNumber(line=other.id, choice=choice, by="customer", channel="sign_up")
            key = f"decide:sign_up:{other.id}"
            console.engine.tell_within(cursor, ORDER, order, decided, key=key)
    tariff = tariff_on(today(settings.rules, at))
    placed = Placed(
        order=order,
        at=at,
        lines=planned_lines(seen, settings.rules, tariff),
        text=consent.text,
        digest=consent.digest,
    )
    content = encoded(replace(form, placed=placed, customer=customer))
    close_draft(connection, secret, content, order_key=order, at=at)
    return order

"""What every page of the sign-up does with its request: whose form it is, what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.guessing import SIGN_UP_FROM, Pace
from relevo.orders.drafts.actions import KeptDraft, keeping, open_draft, read_draft
from relevo.pages.console import console_of
from relevo.pages.guard import field, held, hold, slow_down
from relevo.pages.sign_up.form import TEXT_MAX, Form, decoded, encoded
from relevo.pages.sign_up.judged import Judged, judged

COOKIE = "relevo_sign_up"
CHECKS_FROM = Pace(scope="sign_up_check:from", free=400, first_s=2, longest_s=60, forgotten_s=600)
"""A number is checked as it is typed: many times by one person, and not by a machine for hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A form and the secret that opened it."""

    secret: str
    kept: KeptDraft
    form: Form


def asked(request: Request) -> Asked | None:
    """The form of this browser; None when it has none, or it has expired."""
    secret = held(request, COOKIE)
    return opened(request, secret) if secret else None


def opened(request: Request, secret: str) -> Asked | None:
    """The form of this secret; None when there is none, or not any more."""
    console = console_of(request)
    with console.acting() as connection:
        kept = read_draft(connection, secret, at=console.now())
    return None if kept is None else Asked(secret=secret, kept=kept, form=decoded(kept.content))


def begin(request: Request, form: Form) -> str:
    """Keep a new form; returns its secret. Raises TooManyTries: nobody needs a thousand forms."""
    slow_down(request, SIGN_UP_FROM)
    console = console_of(request)
    with console.acting() as connection:
        return open_draft(connection, encoded(form), at=console.now())


def judge_form(request: Request, form: Form) -> Judged:
    """What is said of it now.

    A stranger has no ticket, so this reads as the site; he sees a verdict on numbers that he
    wrote himself, and never a row.
    """
    console = console_of(request)
    with console.acting() as connection:
        connection.execute("set transaction read only")
        return judged(
            connection,
            form,
            console.settings.rules,
            recipient=console.settings.operator,
            at=console.now(),
        )


def written(request: Request) -> Callable[[str], str]:
    """Gives the fields of what was sent, cut to what a field can hold."""

    def ask(name: str) -> str:
        return field(request, name)[:TEXT_MAX]

    return ask


def take_form_along(request: Request, response: Response, secret: str) -> Response:
    """The answer, after which this browser holds the form; with "", none."""
    days = keeping(console_of(request).now().date()).days
    hold(request, response, COOKIE, secret, int(days.total_seconds()))
    return response

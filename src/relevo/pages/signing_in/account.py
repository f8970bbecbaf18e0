"""One's own account: what one may do, the password, the second factor."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relevo.access import second_factor
from relevo.access.guessing import TooManyTries
from relevo.access.passwords import LENGTH_MIN, WeakPassword
from relevo.access.sign_in import NotAdmitted
from relevo.pages.console import console_of
from relevo.pages.guard import field
from relevo.pages.page import go, page, visitor_of
from relevo.pages.signing_in.doors import caller_of, doors_of
from relevo.pages.signing_in.staff import field_as_is


def show(request: Request) -> Response:
    """What there is to know of it."""
    return _account(request, done=request.query_params.get("done", ""))


def change_password(request: Request) -> Response:
    """The old one, and the new one twice."""
    new = field_as_is(request, "new")
    if new != field_as_is(request, "again"):
        return _account(request, "differs", status=422)
    try:
        doors_of(request).staff.change_password(
            visitor_of(request).name, field_as_is(request, "old"), new, caller_of(request)
        )
    except NotAdmitted:
        return _account(request, "wrong", status=401)
    except WeakPassword as weak:
        return _account(request, f"weak_{weak.why}", status=422)
    except TooManyTries:
        return _account(request, "slow", status=429)
    return go("/account?done=password")


def new_recovery_codes(request: Request) -> Response:
    """New codes for the drawer, shown this once."""
    try:
        codes = doors_of(request).staff.new_recovery_codes(
            field(request, "code"), caller_of(request)
        )
    except NotAdmitted:
        return _account(request, "code", status=401)
    except TooManyTries:
        return _account(request, "slow", status=429)
    return page(request, "signing_in/recovery.html", codes=codes, next="/account")


def _account(request: Request, fault: str = "", *, status: int = 200, done: str = "") -> Response:
    visitor = visitor_of(request)
    with console_of(request).acting() as connection:
        has_factor = second_factor.is_confirmed(connection, visitor.name)
        codes_left = second_factor.recovery_codes_left(connection, visitor.name)
    return page(
        request,
        "signing_in/account.html",
        status=status,
        fault=fault,
        done=done == "password",
        has_factor=has_factor,
        codes_left=codes_left,
        roles=sorted(visitor.session.roles) if visitor.session else [],
        length_min=LENGTH_MIN,
    )

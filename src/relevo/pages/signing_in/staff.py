"""Staff come in: password, second factor, or the operator's own identity provider."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from relevo.access.gateway import ProviderAway
from relevo.access.guessing import TooManyTries
from relevo.access.sign_in import Entered, NotAdmitted
from relevo.pages.guard import field, held, hold, hold_ticket, local_path
from relevo.pages.page import go, page
from relevo.pages.signing_in.doors import caller_of, doors_of

HOME = "/desk"
_ISSUER = "relevo"
_ERRAND, _ERRAND_S = "relevo_errand", 600
_NEXT, _NEXT_S = "relevo_next", 600
_STEPS = {"code": "/sign-in/code", "enrolment": "/sign-in/second-factor"}


def ask_password(request: Request) -> Response:
    """The form."""
    return _form(request, "sign_in", next=_next(request.query_params.get("next", "")))


def take_password(request: Request) -> Response:
    """Name and password."""
    caller, name = caller_of(request), field(request, "name")
    wanted = _next(field(request, "next"))
    try:
        entered = doors_of(request).staff.by_password(name, field_as_is(request), caller)
    except NotAdmitted:
        return _form(request, "sign_in", "refused", status=401, next=wanted, name=name)
    except TooManyTries as too_many:
        return _slow(request, "sign_in", too_many, next=wanted, name=name)
    return _on(request, entered, wanted)


def ask_code(request: Request) -> Response:
    """The second step."""
    return _form(request, "code")


def take_code(request: Request) -> Response:
    """A code of the authenticator, or one from the drawer."""
    try:
        entered = doors_of(request).staff.by_code(field(request, "code"), caller_of(request))
    except NotAdmitted:
        return _form(request, "code", "refused", status=401)
    except TooManyTries as too_many:
        return _slow(request, "code", too_many)
    return _on(request, entered, _next(held(request, _NEXT)))


def show_enrolment(request: Request) -> Response:
    """The picture for an authenticator."""
    return _enrolment(request)


def take_enrolment(request: Request) -> Response:
    """The first code of a new authenticator; then the codes for the drawer, this once."""
    try:
        entered = doors_of(request).staff.finish_enrolment(
            field(request, "code"), caller_of(request)
        )
    except NotAdmitted:
        return _enrolment(request, "refused", status=401)
    except TooManyTries as too_many:
        return _enrolment(request, "slow", status=429, until=too_many.until)
    shown = page(
        request,
        "signing_in/recovery.html",
        codes=entered.recovery_codes,
        next=_next(held(request, _NEXT)),
    )
    hold_ticket(request, shown, entered.ticket)
    return shown


def leave(request: Request) -> Response:
    """Signed out."""
    doors_of(request).staff.leave(caller_of(request))
    gone = go("/sign-in")
    hold_ticket(request, gone, "")
    return gone


def go_to_provider(request: Request) -> Response:
    """To the operator's own identity provider, and back by ``come_from_provider``."""
    door = doors_of(request).openid
    if door is None:
        return go("/sign-in")
    wanted = _next(request.query_params.get("next", ""))
    try:
        errand = door.leave(wanted, caller_of(request))
    except ProviderAway:
        return _form(request, "sign_in", "provider_away", status=503, next=wanted)
    away = RedirectResponse(errand.address, status_code=303)
    hold(request, away, _ERRAND, errand.state, _ERRAND_S)
    return away


def come_from_provider(request: Request) -> Response:
    """What the provider said of somebody."""
    door = doors_of(request).openid
    if door is None:
        return go("/sign-in")
    try:
        entered, wanted = door.come_back(
            dict(request.query_params), held(request, _ERRAND), caller_of(request)
        )
    except NotAdmitted:
        return _form(request, "sign_in", "provider_refused", status=401)
    except ProviderAway:
        return _form(request, "sign_in", "provider_away", status=503)
    answer = _on(request, entered, _next(wanted))
    hold(request, answer, _ERRAND, "", 0)
    return answer


def field_as_is(request: Request, name: str = "password") -> str:
    """A password may begin and end with a blank."""
    value = request.state.form.get(name, "")
    return value if isinstance(value, str) else ""


def _on(request: Request, entered: Entered, wanted: str) -> Response:
    """To the next step, or to where he wanted to go; with his new ticket."""
    answer = go(_STEPS.get(entered.needs, wanted))
    hold_ticket(request, answer, entered.ticket)
    hold(request, answer, _NEXT, wanted if entered.needs else "", _NEXT_S)
    return answer


def _next(text: str) -> str:
    return local_path(text, HOME)


def _form(
    request: Request, which: str, fault: str = "", *, status: int = 200, **values: object
) -> Response:
    given = {"next": HOME, "name": "", "until": None, **values}
    return page(
        request,
        f"signing_in/{which}.html",
        status=status,
        fault=fault,
        has_provider=doors_of(request).openid is not None,
        **given,
    )


def _slow(request: Request, which: str, too_many: TooManyTries, **values: object) -> Response:
    return _form(request, which, "slow", status=429, until=too_many.until, **values)


def _enrolment(
    request: Request, fault: str = "", *, status: int = 200, until: object = None
) -> Response:
    try:
        shown = doors_of(request).staff.begin_enrolment(_ISSUER, caller_of(request))
    except NotAdmitted:
        return go("/sign-in")
    return page(
        request,
        "signing_in/enrolment.html",
        status=status,
        fault=fault,
        until=until,
        picture=shown.picture_svg,
        key=" ".join(shown.key[i : i + 4] for i in range(0, len(shown.key), 4)),
    )

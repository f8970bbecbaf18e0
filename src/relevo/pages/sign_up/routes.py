"""The addresses of the sign-up. Each page is one question; each answer is kept before it is judged.

A GET shows, a POST keeps and goes on; nothing is taken back because it is wrong. A form that was
changed elsewhere since is never written over without asking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relevo.catalog.bundles import tariff_on
from relevo.customers.queries import dependants_of
from relevo.orders.actions import OrderRefused
from relevo.orders.drafts.actions import Overtaken, drop_draft, keep_draft
from relevo.pages.console import console_of
from relevo.pages.guard import NotFound, customer, field, public, slow_down
from relevo.pages.page import go, page, visitor_of
from relevo.pages.sign_up import form as forms
from relevo.pages.sign_up.asking import (
    CHECKS_FROM,
    Asked,
    asked,
    begin,
    judge_form,
    opened,
    take_form_along,
    written,
)
from relevo.pages.sign_up.finished import show_done, show_kept_letter, show_letter
from relevo.pages.sign_up.form import STEPS, Form, encoded
from relevo.pages.sign_up.judged import TICKS, Judged, today
from relevo.pages.sign_up.placing import NotYet, place
from relevo.pages.sign_up.views import step_page, verdict_part
from relevo.values.malformed import Malformed
from relevo.values.person import parse_document

HOME = "/sign-up"
Step = Callable[[Request, Form], Form]


def show_start(request: Request) -> Response:
    """The first question, and the way back into a form that was begun."""
    mine = asked(request)
    if mine is not None and mine.kept.order_key:
        mine = None
    return step_page(request, "bundle", mine.form if mine else Form(), mine)


def take_start(request: Request) -> Response:
    """A bundle was chosen."""
    mine = asked(request)
    if mine is not None and mine.kept.order_key:
        mine = None
    form = _chosen(request, mine.form if mine else Form())
    if not form.bundle:
        return step_page(request, "bundle", form, mine, checked=True)
    if mine is not None:
        return _kept(request, "bundle", mine, form, _next("numbers"))
    return take_form_along(request, go(f"{HOME}/numbers"), begin(request, form))


def show_step(request: Request) -> Response:
    """One page; one that is not to be asked yet leads to the one that is."""
    mine = asked(request)
    if mine is None:
        return go(HOME)
    if mine.kept.order_key:
        return go(f"{HOME}/done")
    step = _step_of(request)
    seen = judge_form(request, mine.form)
    if not seen.may_show(step):
        return go(_address(seen.next_step))
    checked = request.query_params.get("check") == "1"
    return step_page(request, step, mine.form, mine, checked=checked, seen=seen)


def take_step(request: Request) -> Response:
    """An answer: kept as it is, then judged."""
    mine = asked(request)
    if mine is None:
        return go(HOME)
    if mine.kept.order_key:
        return go(f"{HOME}/done")
    step = _step_of(request)
    if step == "review":
        return _place(request, mine)
    form = _TAKES[step](request, mine.form)
    if step not in form.passed:
        form = replace(form, passed=(*form.passed, step))
    return _kept(request, step, mine, form, _next_of(step))


def check_number(request: Request) -> Response:
    """What is said of a number while it is typed; nothing is kept."""
    mine = asked(request)
    if mine is None:
        raise NotFound
    name = request.path_params["entry"]
    if mine.form.entry(name) is None:
        raise NotFound
    slow_down(request, CHECKS_FROM)
    ask = written(request)
    in_bundle = any(line.id == name for line in mine.form.lines)
    typed = forms.with_numbers(mine.form, ask) if in_bundle else forms.with_others(mine.form, ask)
    return verdict_part(request, judge_form(request, typed), name)


def go_on_elsewhere(request: Request) -> Response:
    """The link with which a form is opened on another device."""
    mine = opened(request, request.path_params["secret"])
    if mine is None:
        return page(request, "sign_up/gone.html", status=404)
    step = "done" if mine.kept.order_key else judge_form(request, mine.form).next_step
    return take_form_along(request, go(_address(step)), mine.secret)


def forget(request: Request) -> Response:
    """Throw the form away."""
    mine = asked(request)
    if mine is not None:
        with console_of(request).acting() as connection:
            drop_draft(connection, mine.secret)
    return take_form_along(request, go(HOME), "")


# -- what each page takes --------------------------------------------------------------------------


def _chosen(request: Request, form: Form) -> Form:
    console = console_of(request)
    tariff = tariff_on(today(console.settings.rules, console.now()))
    bundle = tariff.bundle(field(request, "bundle"))
    if bundle is None:
        return form
    count = field(request, "mobiles")
    mobiles = int(count) if count.isascii() and count.isdigit() and len(count) < 3 else 1
    return forms.with_bundle(form, bundle, mobiles)


def _holder(request: Request, form: Form) -> Form:
    """The holder, and the numbers that our books know to hang on his: only on his own document."""
    after = forms.with_holder(form, written(request), language=visitor_of(request).language)
    try:
        document = parse_document(after.customer.document_type, after.customer.document_number)
    except Malformed:
        return after
    numbers = [number for entry in after.lines if (number := entry.msisdn)]
    with console_of(request).acting() as connection:
        held = dependants_of(connection, numbers)
    mine = [line for line in held if line.document == document and line.depends_on]
    return forms.with_held(
        after, ((line.number, str(line.depends_on), line.operator) for line in mine)
    )


_TAKES: Mapping[str, Step] = {
    "numbers": lambda request, form: forms.with_numbers(form, written(request)),
    "others": lambda request, form: forms.with_others(form, written(request)),
    "holder": _holder,
    "address": lambda request, form: forms.with_address(form, written(request)),
    "cards": lambda request, form: forms.with_cards(form, written(request)),
    "dates": lambda request, form: forms.with_wish(form, written(request)),
}


def _kept(
    request: Request, step: str, mine: Asked, form: Form, then: Callable[[Request, Judged], str]
) -> Response:
    """Keep the answer, unless the form was changed elsewhere since this page was made."""
    said = field(request, "version")
    version = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    console = console_of(request)
    try:
        with console.acting() as connection:
            keep_draft(connection, mine.secret, encoded(form), version=version, at=console.now())
    except Overtaken:
        again = asked(request)
        if again is None:
            return go(HOME)
        return step_page(request, step, form, again, overtaken=True)
    if step == "others" and len(form.others) > len(mine.form.others):
        return go(_address("others"))  # a number that he has not been asked about yet
    return go(then(request, judge_form(request, form)))


def _next_of(step: str) -> Callable[[Request, Judged], str]:
    def where(request: Request, seen: Judged) -> str:
        stays = field(request, "act") or seen.of_step(step)
        if stays:
            return _address(step) + "?check=1"
        return _after(step, seen)

    return where


def _next(step: str) -> Callable[[Request, Judged], str]:
    return lambda request, seen: _address(step)


def _after(step: str, seen: Judged) -> str:
    """The page behind this one, or an earlier one that has a question again."""
    following = seen.steps[min(seen.steps.index(step) + 1, len(seen.steps) - 1)]
    return _address(following if seen.may_show(following) else seen.next_step)


def _place(request: Request, mine: Asked) -> Response:
    ticked = tuple(name for name in TICKS if field(request, f"tick.{name}"))
    try:
        place(request, mine, ticked)
    except NotYet:
        form = replace(mine.form, ticked=ticked)
        seen = judge_form(request, form)
        if seen.next_step != "review":
            return go(_address(seen.next_step) + "?check=1")
        return step_page(request, "review", form, mine, checked=True, seen=seen)
    except OrderRefused:
        return go(f"{HOME}/numbers?check=1")
    return go(f"{HOME}/done")


def _step_of(request: Request) -> str:
    step: Any = request.path_params["step"]
    if step not in STEPS or step == "bundle":
        raise NotFound
    return str(step)


def _address(step: str) -> str:
    return HOME if step == "bundle" else f"{HOME}/{step}"


ROUTES: list[Route] = [
    public(HOME, show_start),
    public(HOME, take_start, "POST"),
    public(f"{HOME}/done", show_done),
    public(f"{HOME}/letter.pdf", show_letter),
    public(f"{HOME}/forget", forget, "POST"),
    public(f"{HOME}/check/{{entry}}", check_number, "POST"),
    public(f"{HOME}/go-on/{{secret}}", go_on_elsewhere),
    public(f"{HOME}/{{step}}", show_step),
    public(f"{HOME}/{{step}}", take_step, "POST"),
    customer("/mine/welcome.pdf", show_kept_letter),
]

"""The addresses of this area."""

from __future__ import annotations

from starlette.routing import Route

from relevo.pages.guard import public, staff
from relevo.pages.signing_in import account, customers
from relevo.pages.signing_in import staff as door
from relevo.pages.signing_in.doors import BACK

ROUTES: list[Route] = [
    public("/sign-in", door.ask_password),
    public("/sign-in", door.take_password, "POST"),
    public("/sign-in/code", door.ask_code),
    public("/sign-in/code", door.take_code, "POST"),
    public("/sign-in/second-factor", door.show_enrolment),
    public("/sign-in/second-factor", door.take_enrolment, "POST"),
    public("/sign-in/openid", door.go_to_provider),
    public(BACK, door.come_from_provider),
    public("/sign-out", door.leave, "POST"),
    staff("/account", account.show, right=""),
    staff("/account/password", account.change_password, "POST", right=""),
    staff("/account/recovery-codes", account.new_recovery_codes, "POST", right=""),
    public("/o", customers.link_wanted),
    public("/o/leave", customers.leave, "POST"),
    public("/o/{order}/{token}", customers.knock),
    public("/o/{order}/{token}", customers.take, "POST"),
]

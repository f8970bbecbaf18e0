"""The doors of this site, made once from its settings and its environment."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from relevo.access.customers import CustomerDoor
from relevo.access.links import Channel
from relevo.access.openid import OpenIdDoor, OpenIdRules
from relevo.access.passwords import Passwords, cost_from
from relevo.access.secret import SiteSecret
from relevo.access.sign_in import Caller, Door
from relevo.adapters.identity_openid.client import OpenIdAccount, OpenIdClient
from relevo.config import MissingSettings
from relevo.engine.clock import SystemClock
from relevo.pages.console import Console, console_of
from relevo.pages.guard import address_of, ticket_of

BACK = "/sign-in/openid/back"
_making = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where people come in. ``openid`` is there when the operator has a provider of his own."""

    staff: Door
    customers: CustomerDoor
    openid: OpenIdDoor | None = None


def doors_of(request: Request) -> Doors:
    """The doors of the site that this request came to."""
    state = request.app.state
    with _making:
        if not hasattr(state, "doors"):
            state.doors = made(console_of(request), os.environ)
    found = state.doors
    assert isinstance(found, Doors)
    return found


def caller_of(request: Request) -> Caller:
    """Who stands at the door. It goes by the clock on the wall, as authenticators do, also where
    the pages show a story that was played."""
    return Caller(address=address_of(request), at=SystemClock().now(), ticket=ticket_of(request))


def made(console: Console, environment: Mapping[str, str]) -> Doors:
    """The doors of a site. Raises MissingSettings for half a provider."""
    settings = console.settings
    secret = SiteSecret.of(settings.secret)
    channels: dict[str, Channel] = {}
    if settings.sms is not None:
        channels["sms"] = settings.sms
    if settings.email is not None:
        channels["email"] = settings.email
    passwords = Passwords(cost_from(environment))
    return Doors(
        staff=Door(acting=console.acting, secret=secret, passwords=passwords),
        customers=CustomerDoor(
            acting=console.acting, secret=secret, channels=channels, clock=console.clock
        ),
        openid=_openid(console, environment),
    )


def _openid(console: Console, environment: Mapping[str, str]) -> OpenIdDoor | None:
    given = {
        name: environment.get(f"RELEVO_OPENID_{name}", "").strip()
        for name in (
            "ISSUER", "CLIENT_ID", "SECRET_FILE", "NAME_CLAIM", "ROLES_CLAIM", "ROLES", "BRAND",
        )
    }  # fmt: skip
    if not given["ISSUER"]:
        return None
    for name in ("CLIENT_ID", "SECRET_FILE"):
        if not given[name]:
            raise MissingSettings(f"set RELEVO_OPENID_{name} beside RELEVO_OPENID_ISSUER")
    if given["ROLES"] and not given["BRAND"]:
        raise MissingSettings("set RELEVO_OPENID_BRAND: for which brand do new people work?")
    rules = OpenIdRules(
        issuer=given["ISSUER"],
        client_id=given["CLIENT_ID"],
        back_to=console.settings.address + BACK,
        name_claim=given["NAME_CLAIM"] or "preferred_username",
        roles_claim=given["ROLES_CLAIM"] or "groups",
        roles=_roles(given["ROLES"]),
        brand=given["BRAND"],
    )
    account = OpenIdAccount(
        issuer=rules.issuer,
        client_id=rules.client_id,
        client_secret=Path(given["SECRET_FILE"]).read_text(encoding="utf-8").strip(),
    )
    return OpenIdDoor(acting=console.acting, rules=rules, provider=OpenIdClient(account))


def _roles(text: str) -> dict[str, str]:
    """``their-group=our_role,…``"""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    for word, sign, role in pairs:
        if not (word.strip() and sign and role.strip()):
            raise MissingSettings(
                f"RELEVO_OPENID_ROLES: {word!r} names no role; write care-team=agent,nets=network"
            )
    return {word.strip(): role.strip() for word, _, role in pairs}

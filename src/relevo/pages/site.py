"""The console of a site that somebody runs: its settings from the environment, all checked.

A site is set up by name: whoever says for which operator it works must say the rest as well. Who
says nothing gets a try-out, with what can be had without asking anybody.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from relevo.access.links import Channel
from relevo.access.secret import NoSecret, read_secret
from relevo.adapters.channel_email.account import WrongMailAccount, read_mail_account
from relevo.adapters.channel_email.client import SmtpEmail
from relevo.adapters.channel_sms.client import RestSms
from relevo.adapters.channel_social.account import (
    SocialAccounts,
    WrongSocialAccount,
    read_social_accounts,
)
from relevo.adapters.http import client
from relevo.adapters.telephone.account import Telephone, WrongTelephone, read_telephone
from relevo.config import MissingSettings
from relevo.engine.clock import SystemClock
from relevo.notices.voice.messages import SendMessage
from relevo.pages.console import Settings
from relevo.wiring import book

TRIED_AS = "brisa"
"""For whom a try-out works."""

_SECRET_BYTES = 32
_NEEDED = {
    "RELEVO_PEOPLE_DATABASE_URL": (
        "the account that pages read with, a member of relevo_people and of nothing else"
    ),
    "RELEVO_SECRET_FILE": "made once with: head -c 32 /dev/urandom | base64 > site.secret",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A channel of a try-out: what it would send is shown to who runs it."""

    kind: str
    say: Callable[[str], None]

    def send(self, message: SendMessage) -> None:
        """Show it."""
        self.say(f"{self.kind} to {message.to}: {message.text}")


def site_settings(
    dsn: str, operator: str, country: str, environment: Mapping[str, str]
) -> Settings:
    """What a site is set to. Raises MissingSettings and UnknownProfile."""
    missing = [f"{name} ({what})" for name, what in _NEEDED.items() if not environment.get(name)]
    if missing:
        raise MissingSettings(
            f"set {' and '.join(missing)}; see docs/howto/run-a-site.md. Without --operator, "
            "relevo serve is a try-out that needs neither"
        )
    try:
        secret = read_secret(Path(environment["RELEVO_SECRET_FILE"]))
    except NoSecret as wrong:
        raise MissingSettings(f"RELEVO_SECRET_FILE: {wrong}") from None
    sms, email = _channels(environment)
    return Settings(
        dsn=dsn,
        people_dsn=environment["RELEVO_PEOPLE_DATABASE_URL"],
        operator=operator,
        rules=book().on(country, SystemClock().now().date()),
        secret=b"\n".join(secret.secrets),
        address=environment.get("RELEVO_PAGES_URL", "").rstrip("/"),
        sms=sms,
        email=email,
        telephone=_telephone(environment.get("RELEVO_TELEPHONE_FILE", "")),
        social=_social(environment.get("RELEVO_SOCIAL_FILE", "")),
    )


def tried_settings(
    dsn: str,
    people_dsn: str,
    country: str,
    say: Callable[[str], None],
    *,
    on: date | None = None,
) -> Settings:
    """What a try-out is set to. Without an account for people, their pages are shut. ``on``: the
    day whose rules hold, where that is not today."""
    return Settings(
        dsn=dsn,
        people_dsn=people_dsn or dsn,
        operator=TRIED_AS,
        rules=book().on(country, on or SystemClock().now().date()),
        secret=os.urandom(_SECRET_BYTES).hex().encode(),
        sms=Spoken("SMS", say),
        email=Spoken("e-mail", say),
    )


def _telephone(file: str) -> Telephone | None:
    try:
        return read_telephone(Path(file)) if file else None
    except WrongTelephone as wrong:
        raise MissingSettings(f"RELEVO_TELEPHONE_FILE: {wrong}") from None


def _social(file: str) -> SocialAccounts | None:
    try:
        return read_social_accounts(Path(file)) if file else None
    except WrongSocialAccount as wrong:
        raise MissingSettings(f"RELEVO_SOCIAL_FILE: {wrong}") from None


def _channels(
    environment: Mapping[str, str],
) -> tuple[Channel | None, Channel | None]:
    """For one-time codes: the gateways of the workers, as far as they are named here."""
    mail, host, port = (
        environment.get(f"RELEVO_{name}", "") for name in ("MAIL_URL", "SMTP_HOST", "SMTP_PORT")
    )
    if host and not port.isdigit():
        raise MissingSettings(f"RELEVO_SMTP_PORT is {port!r}; it must be a number, for example 25")
    sms = RestSms(client(mail)) if mail else None
    try:
        file = environment.get("RELEVO_MAIL_FILE", "")
        account = read_mail_account(Path(file)) if file else None
    except WrongMailAccount as wrong:
        raise MissingSettings(f"RELEVO_MAIL_FILE: {wrong}") from None
    return sms, SmtpEmail(host, int(port), account) if host else None

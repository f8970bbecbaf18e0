"""How this site sends and gets mail: a file of settings, and files of secrets beside it.

domain = "correo.brisa.example"
secret_file = "mail.secret"        # signs the addresses to which answers come
[smtp]
tls = "starttls"                   # never | if_offered | starttls | tls
ca_file = "ca.pem"                 # who signs the server's certificate; without it, the system's
user = "relevo"
password_file = "smtp.password"
[dkim]
selector = "relevo1"
key_file = "dkim.pem"
[lmtp]                             # mail of our own domain, from our own mail server
port = 10024
[imap]                             # or a mailbox that lies elsewhere
host = "imap.example"
user = "atencion@example"
password_file = "imap.password"
"""

from __future__ import annotations

import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TLS_WAYS = ("never", "if_offered", "starttls", "tls")
_SECRET_BYTES_MIN = 32


class WrongMailAccount(ValueError):
    """The settings of mail make no sense; the text names the field and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LmtpAddress:
    """Where our own server listens."""

    port: int
    host: str = "127.0.0.1"
    size_max_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapBox:
    """A mailbox that lies elsewhere."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    tls: bool = True  # without it a password goes in the clear: on loopback only
    ca: str = ""  # PEM of who signs its certificate; empty: whom the system trusts
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """Settings of mail. Only the domain is needed; each of the rest turns something on."""

    domain: str = "relevo.example"
    tls: str = "if_offered"  # "starttls" and "tls" accept nothing less
    ca: str = ""  # PEM of who signs the mail server's certificate; empty: whom the system trusts
    user: str = ""
    password: str = field(default="", repr=False)
    answers_to: str = "answers"  # the mailbox of our domain that hears customers
    bounces_to: str = "bounces"  # and the one that hears mail servers
    secret: bytes = field(default=b"", repr=False)  # none: addresses carry nothing
    dkim_selector: str = ""
    dkim_key: bytes = field(default=b"", repr=False)  # PEM; RSA
    mail_server: str = ""  # whose Authentication-Results are believed (RFC 8601)
    lmtp: LmtpAddress | None = None
    imap: ImapBox | None = None

    def __post_init__(self) -> None:
        if self.tls not in TLS_WAYS:
            raise WrongMailAccount(f"smtp.tls is {self.tls!r}; it is one of {', '.join(TLS_WAYS)}")
        if self.user and self.tls in ("never", "if_offered"):
            raise WrongMailAccount(
                "smtp.user is set, and a password goes over TLS only; set smtp.tls to starttls "
                "(port 587) or tls (port 465)"
            )
        if bool(self.dkim_key) != bool(self.dkim_selector):
            raise WrongMailAccount("dkim.selector and dkim.key_file go together; set both")
        if self.secret and len(self.secret) < _SECRET_BYTES_MIN:
            raise WrongMailAccount(
                f"secret_file holds less than {_SECRET_BYTES_MIN} characters; make one with "
                "head -c 32 /dev/urandom | base64 > mail.secret"
            )
        for name, pem in (("smtp", self.ca), ("imap", self.imap.ca if self.imap else "")):
            try:
                trusting(pem)
            except ssl.SSLError:
                raise WrongMailAccount(f"{name}.ca_file holds no certificate in PEM") from None
        if (self.lmtp or self.imap) and not self.secret:
            raise WrongMailAccount("secret_file is missing: without it no answer finds its order")


def trusting(ca: str) -> ssl.SSLContext:
    """What a server's certificate is held against: its name, and who signed it."""
    return ssl.create_default_context(cadata=ca or None)


def read_mail_account(path: Path) -> MailAccount:
    """The settings in a file. Raises WrongMailAccount."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise WrongMailAccount(f"{path} cannot be read: {wrong}") from None
    table = _with_secrets(table, path.parent)
    sections = {name: table.pop(name, {}) for name in ("smtp", "dkim", "lmtp", "imap")}
    smtp, dkim = sections["smtp"], sections["dkim"]
    secret = str(table.pop("secret", "")).encode()
    try:
        return MailAccount(
            **table,
            **smtp,
            secret=secret,
            dkim_selector=dkim.pop("selector", ""),
            dkim_key=str(dkim.pop("key", "")).encode(),
            lmtp=LmtpAddress(**sections["lmtp"]) if sections["lmtp"] else None,
            imap=ImapBox(**sections["imap"]) if sections["imap"] else None,
        )
    except TypeError as wrong:  # a name that is not known, or one that is missing
        raise WrongMailAccount(f"{path}: {str(wrong).partition('() ')[2]}") from None


def _with_secrets(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """``password_file`` becomes ``password``: what the file says."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found[name] = _with_secrets(value, folder)
        elif name.endswith("_file"):
            try:
                found[name.removesuffix("_file")] = (folder / value).read_text("utf-8").strip()
            except (OSError, ValueError) as wrong:
                raise WrongMailAccount(f"{name}: {value} cannot be read: {wrong}") from None
        else:
            found[name] = value
    return found

"""Our accounts on open networks: one file, checked before it is used.

    language = "es"                       # of what we say ourselves to whom we know nothing of
    secret_file = "social.secret"         # by which the codes are made that prove whose order it is

    [mastodon]
    url = "https://social.example"
    name = "@brisa@social.example"        # customers are told to write to it
    token_file = "mastodon.token"         # read again each time
    look_every_s = 60

Files are found beside this one.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SECRET_MIN = 32
HOWTO = "docs/howto/connect-social.md"


class WrongSocialAccount(ValueError):
    """The file cannot be used; the text names the field and what to write."""


class MastodonAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account on a server that speaks the API of Mastodon."""

    url: str
    name: str  # as people write to it: "@brisa@social.example"
    token_file: str
    look_every_s: float = 60.0


class SocialAccounts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them."""

    mastodon: MastodonAccount
    secret_file: str
    language: str = "es"

    @property
    def secret(self) -> bytes:
        """By which codes are made. Raises WrongSocialAccount."""
        return read_secret(Path(self.secret_file))


def read_social_accounts(path: Path) -> SocialAccounts:
    """The accounts in a file. Raises WrongSocialAccount."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        accounts = msgspec.convert(written, SocialAccounts)
    except OSError as wrong:
        raise WrongSocialAccount(f"{path.name}: {wrong.strerror}; see {HOWTO}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as wrong:
        raise WrongSocialAccount(f"{path.name}: {wrong}; see {HOWTO}") from None
    mastodon = accounts.mastodon
    address = urlsplit(mastodon.url)
    is_near = address.hostname in _LOOPBACK
    if address.scheme != "https" and not (address.scheme == "http" and is_near):
        raise WrongSocialAccount(
            f"{path.name}: mastodon.url must begin with https://; a token goes over no other line"
        )
    if mastodon.look_every_s <= 0:
        raise WrongSocialAccount(f"{path.name}: mastodon.look_every_s must be more than 0")
    found = msgspec.structs.replace(
        accounts,
        secret_file=str(path.parent / accounts.secret_file),
        mastodon=msgspec.structs.replace(
            mastodon, token_file=str(path.parent / mastodon.token_file)
        ),
    )
    read_secret(Path(found.secret_file))
    read_token(Path(found.mastodon.token_file))
    return found


def read_token(path: Path) -> str:
    """The token that lies in a file now. Raises WrongSocialAccount."""
    token = _read(path)
    if not token or any(each.isspace() for each in token):
        raise WrongSocialAccount(f"{path} holds no token; write one into it, and nothing else")
    return token


def read_secret(path: Path) -> bytes:
    """Raises WrongSocialAccount."""
    secret = _read(path)
    if len(secret) < _SECRET_MIN:
        raise WrongSocialAccount(
            f"{path} holds no secret of {_SECRET_MIN} characters; make one with "
            f"`openssl rand -hex 32 > {path}`"
        )
    return secret.encode("ascii")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""

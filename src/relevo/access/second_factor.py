"""The second factor: codes of an authenticator (TOTP, RFC 6238), and codes on paper for the day on
which it is lost.

The authenticator's key is made from the site's secret and a salt, so that a copy of the database
makes no codes. A code is taken once: the step of the last one is kept, and only later ones count.
"""

from __future__ import annotations

import os
from base64 import b32encode
from dataclasses import dataclass

import pyotp
import segno

from relevo.access.secret import SiteSecret
from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.ids import READABLE
from relevo.values.moment import Moment

_SQL = statements("relevo.access", "accounts")
_STEP_S = 30
_DRIFT_STEPS = 1  # of a telephone's clock, either way
_SALT_BYTES = 16
RECOVERY_CODES = 10
_RECOVERY_SIGNS = 12  # of 30: 58 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an authenticator has to be told: as a picture, or by typing the key."""

    key: str
    picture_svg: str


def is_demanded(connection: Connection, staff: str) -> bool:
    """Whether one of his roles does not come in by a password alone."""
    return connection.execute(_SQL["factor_demanded"], (staff,)).fetchone() is not None


def is_confirmed(connection: Connection, staff: str) -> bool:
    """Whether he has an authenticator that was seen to work."""
    return connection.execute(_SQL["factor_confirmed"], (staff,)).fetchone() is not None


def begin(
    connection: Connection, secret: SiteSecret, staff: str, *, ticket: str, issuer: str, at: Moment
) -> Enrolment:
    """A key for somebody who has none that works. It counts once a code of it was seen.

    It is the same as long as it is asked for with the same ticket, so that a page that is loaded
    again shows the same picture; who asks with another one gets another key.
    """
    salt = secret.made("totp salt", ticket)[:_SALT_BYTES]
    row = connection.execute(_SQL["begin_factor"], (staff, salt, at)).fetchone()
    if row is None:
        raise ValueError("second factor: there is one already; reset it first")
    key = _key(secret.made("totp", staff, bytes(row[0])))
    address = pyotp.TOTP(key).provisioning_uri(name=staff, issuer_name=issuer)
    picture = segno.make(address, error="m", micro=False)
    return Enrolment(
        key=key,
        picture_svg=picture.svg_inline(border=3, light="#ffffff", dark="#000000", omitsize=True),
    )


def confirm(connection: Connection, secret: SiteSecret, staff: str, code: str, at: Moment) -> bool:
    """Whether the code is right; the authenticator counts from then on."""
    if not is_right(connection, secret, staff, code, at, begun=True):
        return False
    connection.execute(_SQL["confirm_factor"], (at, staff))
    return True


def is_right(
    connection: Connection,
    secret: SiteSecret,
    staff: str,
    code: str,
    at: Moment,
    *,
    begun: bool = False,
) -> bool:
    """Whether this is a code of his authenticator that was not taken yet. It is taken by this."""
    row = connection.execute(_SQL["factor"], (staff,)).fetchone()
    given = "".join(each for each in code if each.isascii() and each.isdigit())
    if row is None or (row[1] is None and not begun):
        return False
    now = int(at.timestamp()) // _STEP_S
    for step in range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1):
        for made in secret.candidates("totp", staff, bytes(row[0])):
            if pyotp.TOTP(_key(made)).verify(given, for_time=step * _STEP_S):
                return connection.execute(_SQL["take_step"], (step, staff, step)).rowcount == 1
    return False


def new_recovery_codes(
    connection: Connection, secret: SiteSecret, staff: str, at: Moment
) -> tuple[str, ...]:
    """Codes for a drawer, shown this once; older ones are worth nothing from now on."""
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    connection.execute(_SQL["forget_recovery"], (staff,))
    for code in codes:
        connection.execute(_SQL["keep_recovery"], (staff, secret.made("recovery", staff, code), at))
    return tuple(f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes)


def take_recovery_code(
    connection: Connection, secret: SiteSecret, staff: str, code: str, at: Moment
) -> bool:
    """Whether it is one of his codes that was not used yet. It is used by this."""
    plain = "".join(each for each in code.upper() if each in READABLE)
    return any(
        connection.execute(_SQL["take_recovery"], (at, staff, made)).rowcount == 1
        for made in secret.candidates("recovery", staff, plain)
    )


def recovery_codes_left(connection: Connection, staff: str) -> int:
    """How many are still good."""
    row = connection.execute(_SQL["recovery_left"], (staff,)).fetchone()
    return int(row[0]) if row else 0


def reset(connection: Connection, staff: str) -> None:
    """He has none any more, and has to begin anew at the next sign-in if his role demands one."""
    connection.execute(_SQL["reset_factor"], (staff,))
    connection.execute(_SQL["forget_recovery"], (staff,))


def _key(made: bytes) -> str:
    return b32encode(made[:20]).decode()


def _recovery_code() -> str:
    """Each sign as likely as any other: what does not divide evenly is drawn again."""
    signs: list[str] = []
    even = 256 - 256 % len(READABLE)
    while len(signs) < _RECOVERY_SIGNS:
        signs += [READABLE[each % len(READABLE)] for each in os.urandom(16) if each < even]
    return "".join(signs[:_RECOVERY_SIGNS])

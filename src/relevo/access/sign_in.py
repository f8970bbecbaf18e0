"""The door of the staff: password, second factor, and what comes of a sign-in.

Every step ends the ticket that the browser showed and makes a new one. All refusals read alike,
whether or not there is somebody of that name. Guesses are counted before they are looked at, in a
transaction of their own; while a password is compared no connection is held.
"""

from __future__ import annotations

from dataclasses import dataclass

from relevo.access import second_factor
from relevo.access.audit import note_at_the_door
from relevo.access.guessing import (
    FACTOR_OF_NAME,
    PASSWORD_FROM,
    PASSWORD_OF_NAME,
    Acting,
    forgive,
    give_back,
    take_tries,
)
from relevo.access.passwords import Passwords, check_strength
from relevo.access.second_factor import Enrolment
from relevo.access.secret import SiteSecret
from relevo.access.tickets import (
    HALF_WAY,
    end_ticket,
    end_tickets_of,
    half_way,
    holder,
    open_staff_ticket,
)
from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.access", "accounts")
_NAME_MAX = 100


class NotAdmitted(Exception):
    """Not like this. It is never said what was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who stands at the door: whence, when, and with which ticket in his browser."""

    address: str
    at: Moment
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A step was taken. ``needs``: "" (he is in), "code", or "enrolment" of a second factor."""

    ticket: str
    staff: str
    needs: str = ""
    recovery_codes: tuple[str, ...] = ()  # shown this once


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Lets staff in."""

    acting: Acting
    secret: SiteSecret
    passwords: Passwords

    def by_password(self, name: str, password: str, caller: Caller) -> Entered:
        """The first step. Raises NotAdmitted and TooManyTries."""
        name = name.strip()[:_NAME_MAX]
        tries = ((PASSWORD_OF_NAME, name), (PASSWORD_FROM, caller.address))
        take_tries(self.acting, tries, caller.at)
        with self.acting() as connection:
            row = connection.execute(_SQL["account"], (name,)).fetchone()
        kept = None if row is None else str(row[0])
        if not self.passwords.matches(kept, password):
            raise self._refused("password_refused", name, caller)
        if kept is not None and self.passwords.is_outdated(kept):
            fresh = self.passwords.hashed(password)
            with self.acting() as connection:
                connection.execute(_SQL["rehash"], (fresh, name, kept))
        with self.acting() as connection:
            forgive(connection, PASSWORD_OF_NAME, name)
            give_back(connection, PASSWORD_FROM, caller.address)
            return let_in(connection, name, caller)

    def by_code(self, code: str, caller: Caller) -> Entered:
        """The second step: a code of the authenticator, or one from the drawer.

        Raises NotAdmitted and TooManyTries.
        """
        staff = self._half_way(caller)
        take_tries(self.acting, ((FACTOR_OF_NAME, staff),), caller.at)
        with self.acting() as connection:
            told = (connection, self.secret, staff, code, caller.at)
            how = "code"
            right = second_factor.is_right(*told)
            if not right and second_factor.is_confirmed(connection, staff):
                how, right = "recovery_code", second_factor.take_recovery_code(*told)
            if right:
                forgive(connection, FACTOR_OF_NAME, staff)
                return _open(connection, staff, caller, how)
        raise self._refused("code_refused", staff, caller)

    def begin_enrolment(self, issuer: str, caller: Caller) -> Enrolment:
        """The picture for an authenticator, for somebody who has none: because his role demands
        one, or because he wants one. Raises NotAdmitted.
        """
        staff = self._holder(caller)
        with self.acting() as connection:
            if second_factor.is_confirmed(connection, staff):
                raise NotAdmitted
            return second_factor.begin(
                connection,
                self.secret,
                staff,
                ticket=caller.ticket,
                issuer=issuer,
                at=caller.at,
            )

    def finish_enrolment(self, code: str, caller: Caller) -> Entered:
        """The first code of a new authenticator: he is in, and gets his recovery codes.

        Raises NotAdmitted and TooManyTries.
        """
        staff = self._holder(caller)
        take_tries(self.acting, ((FACTOR_OF_NAME, staff),), caller.at)
        with self.acting() as connection:
            told = (connection, self.secret, staff, code, caller.at)
            if not second_factor.is_confirmed(connection, staff) and second_factor.confirm(*told):
                forgive(connection, FACTOR_OF_NAME, staff)
                codes = second_factor.new_recovery_codes(connection, self.secret, staff, caller.at)
                return _open(connection, staff, caller, "enrolment", codes)
        raise self._refused("code_refused", staff, caller)

    def new_recovery_codes(self, code: str, caller: Caller) -> tuple[str, ...]:
        """New codes for the drawer, for a code of the authenticator; the old ones end.

        Raises NotAdmitted and TooManyTries.
        """
        staff = self._holder(caller)
        take_tries(self.acting, ((FACTOR_OF_NAME, staff),), caller.at)
        with self.acting() as connection:
            if second_factor.is_right(connection, self.secret, staff, code, caller.at):
                forgive(connection, FACTOR_OF_NAME, staff)
                note_at_the_door(connection, "new_recovery_codes", at=caller.at, who=staff)
                return second_factor.new_recovery_codes(connection, self.secret, staff, caller.at)
        raise self._refused("code_refused", staff, caller)

    def change_password(self, name: str, old: str, new: str, caller: Caller) -> None:
        """His own, by himself: the old one is asked for, and all his other tickets end.

        Raises NotAdmitted, TooManyTries and WeakPassword.
        """
        take_tries(self.acting, ((PASSWORD_OF_NAME, name),), caller.at)
        with self.acting() as connection:
            row = connection.execute(_SQL["account"], (name,)).fetchone()
        if not self.passwords.matches(None if row is None else str(row[0]), old):
            raise self._refused("password_refused", name, caller)
        with self.acting() as connection:
            forgive(connection, PASSWORD_OF_NAME, name)
            set_password(connection, self.passwords, name, new, caller.at, keep=caller.ticket)
            note_at_the_door(connection, "password_changed", at=caller.at, who=name)

    def leave(self, caller: Caller) -> None:
        """The ticket is worth nothing from now on."""
        with self.acting() as connection:
            end_ticket(connection, caller.ticket)

    def _holder(self, caller: Caller) -> str:
        with self.acting() as connection:
            staff = holder(connection, caller.ticket)
        if staff is None:
            raise NotAdmitted
        return staff

    def _half_way(self, caller: Caller) -> str:
        with self.acting() as connection:
            staff = half_way(connection, caller.ticket)
        if staff is None:
            raise NotAdmitted
        return staff

    def _refused(self, verb: str, who: str, caller: Caller) -> NotAdmitted:
        with self.acting() as connection:
            known = connection.execute(_SQL["works_here"], (who,)).fetchone()
            # What a stranger typed as his name may be his password: it is not kept.
            note_at_the_door(connection, verb, at=caller.at, who=who if known else "")
        return NotAdmitted()


def let_in(
    connection: Connection, staff: str, caller: Caller, *, seen_twice: bool = False
) -> Entered:
    """Somebody who has shown who he is, by his password or at the identity provider.

    ``seen_twice``: whoever showed him to us has asked for a second factor himself.
    """
    if not seen_twice:
        if second_factor.is_confirmed(connection, staff):
            return _half(connection, staff, caller, "code")
        if second_factor.is_demanded(connection, staff):
            return _half(connection, staff, caller, "enrolment")
    return _open(connection, staff, caller, "provider" if seen_twice else "password")


def set_password(
    connection: Connection,
    passwords: Passwords,
    staff: str,
    password: str,
    at: Moment,
    *,
    keep: str = "",
) -> None:
    """A new password: all tickets of this person end, but for ``keep``.

    Raises NotAdmitted when nobody of that name works here, and WeakPassword.
    """
    row = connection.execute(_SQL["works_here"], (staff,)).fetchone()
    if row is None:
        raise NotAdmitted
    check_strength(password, (staff, *map(str, row)))
    connection.execute(_SQL["set_password"], (staff, passwords.hashed(password), at))
    end_tickets_of(connection, staff, except_for=keep)


def _half(connection: Connection, staff: str, caller: Caller, needs: str) -> Entered:
    end_ticket(connection, caller.ticket)
    ticket = open_staff_ticket(connection, staff, HALF_WAY, awaits_factor=True)
    return Entered(ticket=ticket, staff=staff, needs=needs)


def _open(
    connection: Connection, staff: str, caller: Caller, how: str, codes: tuple[str, ...] = ()
) -> Entered:
    end_ticket(connection, caller.ticket)
    ticket = open_staff_ticket(connection, staff)
    note_at_the_door(connection, "signed_in", at=caller.at, who=staff, reason=how)
    return Entered(ticket=ticket, staff=staff, recovery_codes=codes)

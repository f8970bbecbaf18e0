"""The operator's own identity provider in the place of our passwords: OpenID Connect.

The code flow with PKCE, state and nonce. What comes back is believed only when all of it fits: the
browser that left, the errand that is known and used once, a signature by one of the provider's
keys with an algorithm that has a public key, our issuer, our client, our nonce, and the time. Then
it is the same door as for everybody: a role that demands a second factor gets one, here or there.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from relevo.access.audit import note_at_the_door
from relevo.access.gateway import IdentityProvider
from relevo.access.guessing import Acting
from relevo.access.sign_in import Caller, Entered, NotAdmitted, let_in
from relevo.access.tickets import random_text
from relevo.brands.staffing import By, WrongStaff, add_staff, roles_of, set_roles
from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import utc

_SQL = statements("relevo.access", "openid")
_ERRAND_LASTS = timedelta(minutes=10)
_LEEWAY_S = 60
_SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")
_FACTORS = frozenset({"pwd", "pin", "otp", "hwk", "swk", "sc", "fpt", "face", "sms"})  # RFC 8176


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdRules:
    """Whom the provider's word makes whom. With ``roles``, it decides what a person is here, at
    each sign-in, and makes who is new; without, whoever may come is known here already."""

    issuer: str
    client_id: str
    back_to: str  # our own address that the provider sends people back to
    name_claim: str = "preferred_username"
    roles_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=dict)  # the provider's word -> our role
    brand: str = ""  # for which who is new works


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Where the browser goes, and what it has to bring back in a cookie."""

    address: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdDoor:
    """Lets in whom the identity provider vouches for."""

    acting: Acting
    rules: OpenIdRules
    provider: IdentityProvider

    def leave(self, next_path: str, caller: Caller) -> Errand:
        """Send somebody to the provider. Raises ProviderAway."""
        state, nonce, verifier = random_text(), random_text(), random_text(48)
        address = prepare_grant_uri(
            self.provider.metadata()["authorization_endpoint"],
            client_id=self.rules.client_id,
            response_type="code",
            redirect_uri=self.rules.back_to,
            scope="openid profile",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        remembered = {
            "state": sha256(state.encode()).digest(),
            "nonce": nonce,
            "verifier": verifier,
            "next_path": next_path,
            "at": caller.at,
            "until": caller.at + _ERRAND_LASTS,
        }
        with self.acting() as connection:
            connection.execute(_SQL["remember"], remembered)
        return Errand(address=address, state=state)

    def come_back(
        self, answer: Mapping[str, str], state: str, caller: Caller
    ) -> tuple[Entered, str]:
        """What the provider's answer (its query) makes of somebody whose cookie holds ``state``;
        and where he wanted to go. Raises NotAdmitted and ProviderAway."""
        given = answer.get("state", "")
        same_browser = bool(state) and hmac.compare_digest(given.encode(), state.encode())
        with self.acting() as connection:
            row = connection.execute(
                _SQL["come_back"], (sha256(given.encode()).digest(),)
            ).fetchone()
        if not same_browser or row is None or utc(row[3]) < caller.at:
            raise self._refused("the errand is not known", caller)
        nonce, verifier, next_path, _ = row
        if answer.get("iss", self.rules.issuer) != self.rules.issuer or not answer.get("code"):
            raise self._refused(f"the provider says {answer.get('error', 'nothing')!s:.80}", caller)
        said = self.provider.exchange(
            {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": self.rules.back_to,
                "code_verifier": verifier,
            }
        )
        try:
            claims = self._believed(said, nonce, caller)
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            why = f"the token does not hold: {type(wrong).__name__}: {wrong}"
            raise self._refused(why, caller) from None
        with self.acting() as connection:
            staff = self._person(connection, claims)
            if staff is not None:
                how = set(claims.get("amr") or ())
                seen_twice = "mfa" in how or len(how & _FACTORS) > 1
                return let_in(connection, staff, caller, seen_twice=seen_twice), next_path
        raise self._refused("nobody here goes by that name", caller)

    def _believed(self, said: Mapping[str, Any], nonce: str, caller: Caller) -> Mapping[str, Any]:
        """The claims of the ID token. Raises JoseError and others when anything does not fit."""
        token = str(said["id_token"])
        try:
            found = jwt.decode(token, self._keys(), algorithms=_SIGNED_BY)
        except (JoseError, ValueError):
            found = jwt.decode(token, self._keys(anew=True), algorithms=_SIGNED_BY)
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={
                "iss": {"essential": True, "value": self.rules.issuer},
                "aud": {"essential": True, "value": self.rules.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            params={
                "nonce": nonce,
                "client_id": self.rules.client_id,
                "access_token": said.get("access_token"),
            },
        )
        claims.validate(now=int(caller.at.timestamp()), leeway=_LEEWAY_S)
        return dict(claims)

    def _keys(self, *, anew: bool = False) -> jwk.KeySet:
        return jwk.KeySet.import_key_set(dict(self.provider.keys(anew=anew)))  # type: ignore[arg-type]

    def _person(self, connection: Connection, claims: Mapping[str, Any]) -> str | None:
        """Who it is here, with the roles that the provider gives him if that is its business."""
        name = claims.get(self.rules.name_claim)
        if not isinstance(name, str) or not name:
            return None
        known = roles_of(connection, name)
        if not self.rules.roles:
            return None if known is None else name
        words = claims.get(self.rules.roles_claim)
        held = [words] if isinstance(words, str) else words if isinstance(words, list) else []
        wanted = sorted({self.rules.roles[w] for w in held if w in self.rules.roles})
        if not wanted:
            return None
        by = By(who="openid", reason=f"{self.rules.issuer} says so")
        try:
            if known is None:
                add_staff(connection, name, self.rules.brand, wanted, by)
            elif sorted(known) != wanted:
                set_roles(connection, name, wanted, by)
        except WrongStaff:
            return None  # he left, or no such brand or role is here
        return name

    def _refused(self, why: str, caller: Caller) -> NotAdmitted:
        with self.acting() as connection:
            note_at_the_door(connection, "openid_refused", at=caller.at, who="", reason=why)
        return NotAdmitted()

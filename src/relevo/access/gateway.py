"""What the sign-in needs of the outside: an identity provider that speaks OpenID Connect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class ProviderAway(RuntimeError):
    """The identity provider does not answer as it should; nobody can sign in through it now."""


class IdentityProvider(Protocol):
    """An OpenID provider, as its own metadata describe it. Each may raise ProviderAway."""

    def metadata(self) -> Mapping[str, Any]:
        """What ``/.well-known/openid-configuration`` says; its issuer is the configured one."""

    def keys(self, *, anew: bool = False) -> Mapping[str, Any]:
        """The keys that it signs with (a JWK set); ``anew``: it signed with one we do not know."""

    def exchange(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """The answer of the token endpoint to this form, to which our credentials are added."""

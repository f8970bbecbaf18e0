"""An account on an open network, both ways: what comes in, and what we answer."""

from __future__ import annotations

from relevo.adapters.channel_social.account import SocialAccounts
from relevo.adapters.channel_social.channel import SocialChannel
from relevo.adapters.channel_social.intake import SocialIntake
from relevo.adapters.channel_social.mastodon import MastodonNetwork
from relevo.engine.clock import Clock
from relevo.engine.engine import Engine
from relevo.notices.intake import Vault


class SocialLine:
    """Nothing connects before it is used."""

    def __init__(self, accounts: SocialAccounts, dsn: str, clock: Clock) -> None:
        self._accounts = accounts
        self._dsn = dsn
        self.network = MastodonNetwork(accounts.mastodon, clock)
        self.channel = SocialChannel(self.network, dsn, clock)

    def intake(self, engine: Engine, vault: Vault | None = None) -> SocialIntake:
        """What is written to us; the program closes it, and this line after it."""
        return SocialIntake(engine, self._dsn, self.network, self.channel, self._accounts, vault)

    def close(self) -> None:
        """Give the connections back."""
        self.channel.close()

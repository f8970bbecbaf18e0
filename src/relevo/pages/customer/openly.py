"""How a customer may write to us on an open network, and prove there that he is himself."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.adapters.channel_social.account import SocialAccounts
from relevo.adapters.channel_social.codes import code_of
from relevo.adapters.channel_social.ledger import account_of_order, code_now
from relevo.engine.connection import Connection


@dataclass(frozen=True, slots=True)
class WayToWrite:
    """Our account there, his code for it, and his own account if he has proven one."""

    to: str
    code: str
    proven: str = ""


def way_to_write(
    connection: Connection, order: str, accounts: SocialAccounts | None
) -> WayToWrite | None:
    """None where we have no account. Raises WrongSocialAccount when its secret is gone."""
    if accounts is None:
        return None
    code = code_of(order, code_now(connection, order), accounts.secret)
    proven = account_of_order(connection, order).partition(":")[2]
    return WayToWrite(accounts.mastodon.name, code, f"@{proven}" if proven else "")

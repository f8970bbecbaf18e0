"""The ways by which mail comes to this site, as its account says: LMTP, IMAP, both, or none."""

from __future__ import annotations

from relevo.adapters.channel_email.account import MailAccount
from relevo.adapters.channel_email.writing import marks_of
from relevo.adapters.mail_inbox.filing import MailFiling
from relevo.adapters.mail_inbox.imap import ImapIntake
from relevo.adapters.mail_inbox.lmtp import LmtpIntake
from relevo.engine.engine import Engine
from relevo.notices.intake import Vault


def mail_intakes(
    account: MailAccount | None, engine: Engine, dsn: str, vault: Vault | None
) -> tuple[LmtpIntake | ImapIntake, ...]:
    """Each with a connection of its own; none listens before it is asked for the first time."""
    found: list[LmtpIntake | ImapIntake] = []
    if account is not None and account.lmtp is not None:
        filing = MailFiling(engine, dsn, account, vault)
        found.append(LmtpIntake(account.lmtp, marks_of(account), filing))
    if account is not None and account.imap is not None:
        found.append(ImapIntake(account.imap, MailFiling(engine, dsn, account, vault)))
    return tuple(found)

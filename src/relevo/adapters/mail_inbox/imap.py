"""A mailbox that lies elsewhere: read by IMAP, and told of news by IDLE.

The place up to which it was read is ours: its UID under the mailbox's UIDVALIDITY, moved on after
the mail was stored. A mailbox that was made anew is read from its beginning; what is in it is known
by what it says, and is taken once. A mail that was stored is marked as seen, for people's eyes.
"""

from __future__ import annotations

import imaplib
import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError, MailboxLoginError

from relevo.adapters.channel_email.account import ImapBox, trusting
from relevo.adapters.mail_inbox.filing import MailFiling
from relevo.engine.connection import AWAY
from relevo.notices.intake import move_place, place_of

_LOG = logging.getLogger(__name__)
_BROKEN = (ImapToolsError, imaplib.IMAP4.error, OSError, ssl.SSLError, *AWAY)
_PAUSES_S = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
_LOOK_EVERY_S = 600.0  # servers end an IDLE after half an hour (RFC 2177)
_NUDGE_S = 2.0  # how long an IDLE lasts before it is asked whether we end
_TIMEOUT_S = 30.0
_NEWS = "EXISTS"  # how a server says that something has come


class ImapIntake:
    """Reads in a thread of its own. ``poll`` starts it, and says how many voices were told."""

    def __init__(self, box: ImapBox, filing: MailFiling) -> None:
        self._box = box
        self._filing = filing
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._counted = 0

    def poll(self) -> int:
        """See that it reads; the messages that voices got since the last time."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="imap", daemon=True)
            self._thread.start()
        new = self._filing.filed - self._counted
        self._counted += new
        return new

    def close(self) -> None:
        """End in good order."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._filing.close()

    def _live(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                with self._visit() as mailbox:
                    while not self._stop.is_set():
                        self._read(mailbox)
                        failures = 0
                        self._await_news(mailbox)
            except Exception as broken:  # whatever it is, the place has not moved
                pause = _PAUSES_S[min(failures, len(_PAUSES_S) - 1)]
                failures += 1
                is_usual = isinstance(broken, _BROKEN)
                _LOG.warning(
                    "mailbox at %s: %s; again in %s s",
                    self._box.host,
                    _why(broken),
                    pause,
                    exc_info=None if is_usual else broken,
                )
                self._stop.wait(pause)

    @contextmanager
    def _visit(self) -> Iterator[BaseMailBox]:
        """The mailbox; left in good order, and its connection closed also where the server died."""
        mailbox = self._opened()
        try:
            yield mailbox
        finally:
            with suppress(*_BROKEN):
                mailbox.logout()
            with suppress(*_BROKEN):
                mailbox.client.shutdown()

    def _opened(self) -> BaseMailBox:
        box = self._box
        made: BaseMailBox
        if box.tls:
            made = MailBox(box.host, box.port, timeout=_TIMEOUT_S, ssl_context=trusting(box.ca))
        else:
            made = MailBoxUnencrypted(box.host, box.port, timeout=_TIMEOUT_S)
        try:
            return made.login(box.user, box.password, initial_folder=box.folder)
        except BaseException:
            with suppress(*_BROKEN):
                made.client.shutdown()
            raise

    def _read(self, mailbox: BaseMailBox) -> None:
        """Everything behind our place. What comes meanwhile is told with the answer to some other
        command, and IDLE does not tell of it again."""
        told = mailbox.client.untagged_responses
        told[_NEWS] = [b""]
        while told.pop(_NEWS, None):
            self._read_once(mailbox)

    def _read_once(self, mailbox: BaseMailBox) -> None:
        """The oldest first."""
        status = mailbox.folder.status(self._box.folder, ("UIDVALIDITY",))
        source = f"imap:{self._box.user}@{self._box.host}/{self._box.folder}"
        source = f"{source}:{status['UIDVALIDITY']}"
        connection = self._filing.connection()
        place = place_of(connection, source)
        found = mailbox.uids(f"UID {place + 1}:*")
        for uid in sorted(int(each) for each in found if int(each) > place):
            raw = _fetched(mailbox, uid)
            if raw:
                self._filing.file(raw)
            mailbox.flag(str(uid), MailMessageFlags.SEEN, value=True)
            move_place(connection, source, uid)  # last: who dies before it does both once more

    def _await_news(self, mailbox: BaseMailBox) -> None:
        waited = 0.0
        with mailbox.idle as idle:
            while not self._stop.is_set() and waited < _LOOK_EVERY_S:
                if idle.poll(timeout=_NUDGE_S):
                    return
                waited += _NUDGE_S


def _why(broken: Exception) -> str:
    """What broke; where a setting of ours is to blame, its name and what to write."""
    if isinstance(broken, MailboxLoginError):
        return "imap.user, imap.password_file: the log-in is refused; correct them"
    if isinstance(broken, ssl.SSLCertVerificationError):
        return (
            f"imap.ca_file: its certificate is not trusted ({broken.verify_message}); name who "
            "signed it, or correct imap.host to the name in it"
        )
    return type(broken).__name__


def _fetched(mailbox: BaseMailBox, uid: int) -> bytes:
    """The mail as it lies there; nothing when somebody has deleted it meanwhile."""
    _, found = mailbox.client.uid("fetch", str(uid), "(BODY.PEEK[])")
    return next((each[1] for each in found or () if isinstance(each, tuple)), b"")

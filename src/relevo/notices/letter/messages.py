"""The facts of letters. Whoever needs them says what happened; what is written is decided here."""

from __future__ import annotations

from relevo.engine.process import fact
from relevo.notices.letter.model import Letter
from relevo.values.moment import Moment


@fact("notices.letters_written")
class LettersWritten:
    """Ready, and waiting for an hour at which people may be disturbed."""

    letters: tuple[Letter, ...]
    until: Moment


@fact("notices.letters_sent")
class LettersSent:
    """Said to these customers: the texts, and what they claim at that moment."""

    letters: tuple[Letter, ...]
    at: Moment


@fact("notices.letter_accepted")
class LetterAccepted:
    """The channel took it: our proof that it was sent."""

    key: str
    channel: str


@fact("notices.letter_rerouted")
class LetterRerouted:
    """The channel failed; the same text goes by the other one."""

    key: str
    channel: str
    to: str
    why: str


@fact("notices.letter_undeliverable")
class LetterUndeliverable:
    """No channel took it, or the check before sending stopped it: somebody has to call."""

    key: str
    to: str
    why: str

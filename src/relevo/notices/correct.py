"""The words that take back what was said wrong: a proposal, for a person to read and send.

It owns up, and says what is so in the same words as any update. It names no cause and promises
nothing of its own; like every draft it is judged before it goes.
"""

from __future__ import annotations

from relevo.claims.model import Snapshot
from relevo.claims.sentences import sentences_of
from relevo.claims.subjects import Reader, spoken
from relevo.claims.told import owns_up
from relevo.notices.compose import filling
from relevo.notices.model import Knowledge, Thing, Topic
from relevo.notices.profile import VoiceRules
from relevo.notices.render import TextBook, TextFault, language_of, rendered
from relevo.notices.setting import Setting
from relevo.values.moment import Moment


def takes_back(text: str, snapshot: Snapshot) -> bool:
    """Whether these words own up to something that was told before and is not so."""
    return owns_up(spoken(sentences_of(text, snapshot.language), Reader.of(snapshot)))


def correction(
    book: TextBook, rules: VoiceRules, known: Knowledge, *, said_at: Moment, now: Moment
) -> str:
    """What to write to somebody who was told by phone, at that moment, what is not so."""
    language = language_of(book, known.customer.language)
    setting = Setting(known=known, rules=rules, language=language, at=now)
    opening = language.phrase("taken_back.call", when=language.moment(said_at, rules.zone))
    what_is_so = Thing(topic=Topic.UPDATE, line="", due=now)
    filled = filling(setting, Topic.UPDATE, [what_is_so])
    try:
        text = rendered(language.templates[Topic.UPDATE], filled.slots, filled.lists)
    except TextFault:
        return opening
    return f"{opening} {text.text}"

"""What a mass fault has the voice say: the words of all, through the check of this one customer.

He hears them in decent hours, and the newest only. Who had not read yet that it began is not told
that it is over.
"""

from __future__ import annotations

from relevo.claims.check import check
from relevo.claims.model import Draft, Judgement
from relevo.notices.compose import filling
from relevo.notices.model import FaultSeen, Knowledge, Thing, Topic
from relevo.notices.profile import VoiceRules
from relevo.notices.render import TextBook, TextFault, language_of, rendered
from relevo.notices.say import GATHER, gathered
from relevo.notices.setting import Setting
from relevo.notices.snapshot import snapshot_of
from relevo.notices.voice.messages import DraftStopped, FaultNoted, MessageSent, SayFault
from relevo.notices.voice.model import Voice
from relevo.notices.voice.replies import kind_of_stop
from relevo.notices.voice.speech import address
from relevo.values.moment import Moment


def noted(voice: Voice, message: SayFault) -> FaultNoted:
    """The fault as it is known from now on."""
    assert voice.knowledge is not None, "only a voice that knows is told of faults"
    before = next((f for f in voice.knowledge.faults if f.id == message.fault), None)
    return FaultNoted(
        fault=FaultSeen(
            id=message.fault,
            kind=message.kind,
            cause=message.cause,
            is_confirmed=message.is_confirmed,
            next_update=message.next_update,
            told=before.told if before else False,
        ),
        is_over=message.is_over,
    )


def waiting_after(
    voice: Voice, message: SayFault, fact: FaultNoted, at: Moment
) -> tuple[Thing, ...]:
    """All that waits to be said from now on."""
    assert voice.knowledge is not None, "only a voice that knows is told of faults"
    others = tuple(t for t in voice.waiting if (t.topic, t.line) != (Topic.FAULT, message.fault))
    if message.is_over and not fact.fault.told:
        return others
    language = voice.knowledge.customer.language
    text = message.texts.get(language) or next(iter(message.texts.values()), "")
    said = Thing(topic=Topic.FAULT, line=message.fault, due=at + GATHER, note=text)
    return gathered(voice.waiting, (said,))


def said(
    book: TextBook, rules: VoiceRules, known: Knowledge, thing: Thing, at: Moment, *, number: int
) -> MessageSent | DraftStopped | None:
    """The message, or why it contradicts what is so for this customer."""
    language = language_of(book, known.customer.language)
    setting = Setting(known=known, rules=rules, language=language, at=at)
    filled = filling(setting, Topic.FAULT, (thing,))
    try:
        text = rendered(language.templates[Topic.FAULT], filled.slots, filled.lists)
    except TextFault:
        return None
    key = f"{known.order}-{number + 1}"
    channel, to = address(known, text.channel)
    draft = Draft(id=key, channel=str(channel), text=text.text)
    verdict = check(snapshot_of(known, rules, at), draft)
    if verdict.verdict is Judgement.BLOCKED:
        blocking = [finding for finding in verdict.findings if finding.severity == "block"]
        stopped = tuple(sorted({finding.rule for finding in blocking}))
        return DraftStopped(
            draft_id=f"{thing.line}-{key}",
            by=thing.line,
            channel=channel,
            text=text.text,
            rules=stopped,
            why=tuple(finding.why for finding in blocking),
            kind=kind_of_stop(stopped),
        )
    return MessageSent(
        message_key=key,
        channel=channel,
        to=to,
        topic=Topic.FAULT,
        subjects=(),
        subject_line=text.subject,
        text=text.text,
        claims=verdict.claims,
        at=at,
        lines=(thing.line,),
        keeps_subject=True,
    )

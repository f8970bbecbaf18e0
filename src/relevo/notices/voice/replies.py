"""What others say through the voice or to it: staff's drafts, the customer, the channels."""

from __future__ import annotations

from relevo.claims.check import check
from relevo.claims.model import Draft, Judgement, Verdict
from relevo.engine.process import NOTHING, Decision, EffectParked, Tell, wire_name
from relevo.notices.answers import answers_in
from relevo.notices.model import Channel, Knowledge, Topic
from relevo.notices.profile import VoiceRules
from relevo.notices.snapshot import snapshot_of
from relevo.notices.voice.messages import (
    CustomerSaid,
    CustomerWrote,
    DraftStopped,
    MessageAccepted,
    MessageDelivered,
    MessageRerouted,
    MessageSent,
    MessageUndeliverable,
    ProposeReply,
    ReplyApproved,
    SendMessage,
)
from relevo.notices.voice.model import Voice
from relevo.notices.voice.speech import address, other_channel, sending
from relevo.orders.order.messages import DecideNumber
from relevo.values.moment import Moment

_KINDS = (
    ("asks_for_held", frozenset({19})),
    ("contradiction", frozenset({1, 2, 3, 11, 12})),
    ("promise", frozenset({7})),
)


def judged(known: Knowledge, rules: VoiceRules, proposed: ProposeReply, at: Moment) -> Decision:
    """Hold a draft against the facts: it goes out, or it is stopped with its reasons."""
    draft = Draft(id=proposed.draft_id, channel=proposed.channel, text=proposed.text)
    verdict = check(snapshot_of(known, rules, at), draft)
    if verdict.verdict is Judgement.BLOCKED:
        return Decision(facts=(_stopped(proposed, verdict),))
    approved = ReplyApproved(
        draft_id=proposed.draft_id,
        by=proposed.by,
        channel=proposed.channel,
        warnings=tuple(finding.why for finding in verdict.findings),
    )
    sent = _reply(known, proposed, verdict, at)
    return Decision(facts=(approved, sent), effects=(sending(sent, known),))


def _stopped(proposed: ProposeReply, verdict: Verdict) -> DraftStopped:
    blocking = [finding for finding in verdict.findings if finding.severity == "block"]
    rules = tuple(sorted({finding.rule for finding in blocking}))
    kind = next((kind for kind, own in _KINDS if own & set(rules)), "other")
    return DraftStopped(
        draft_id=proposed.draft_id,
        by=proposed.by,
        channel=proposed.channel,
        text=proposed.text,
        rules=rules,
        why=tuple(finding.why for finding in blocking),
        kind=kind,
    )


def _reply(known: Knowledge, proposed: ProposeReply, verdict: Verdict, at: Moment) -> MessageSent:
    wanted = Channel.EMAIL if proposed.channel == Channel.EMAIL else Channel.SMS
    channel, to = address(known, wanted)
    subjects = {claim.subject for claim in verdict.claims if claim.subject[:1] == "+"}
    return MessageSent(
        message_key=f"{known.order}-{known.messages + 1}",
        channel=channel,
        to=to,
        topic=Topic.REPLY,
        subjects=tuple(sorted(subjects)),
        subject_line=known.order if channel is Channel.EMAIL else "",
        text=proposed.text,
        claims=verdict.claims,
        at=at,
        by=proposed.by,
    )


def take(voice: Voice, wrote: CustomerWrote) -> Decision:
    """What the customer says is a fact; what it answers is passed on."""
    if voice.knowledge is None or wrote.message_id in voice.heard:
        return NOTHING
    answers = answers_in(voice.knowledge, wrote.text)
    said = CustomerSaid(
        message_id=wrote.message_id,
        channel=wrote.channel,
        text=wrote.text,
        at=wrote.at,
        minutes=wrote.minutes,
        answers=answers[0][0] if answers else "",
        choice=str(answers[0][1]) if answers else "",
    )
    tells = tuple(
        Tell(
            kind="orders.order",
            to=voice.knowledge.order,
            message=DecideNumber(line=line, choice=choice, by="customer", channel=wrote.channel),
        )
        for line, choice in answers
    )
    return Decision(facts=(said,), tells=tells)


def delivered(voice: Voice, message: MessageDelivered) -> Decision:
    """The channel took it."""
    if all(sending_.key != message.message_key for sending_ in voice.sendings):
        return NOTHING
    accepted = MessageAccepted(message_key=message.message_key, channel=message.channel)
    return Decision(facts=(accepted,))


def rerouted(voice: Voice, parked: EffectParked) -> Decision:
    """A channel gave up: the same words go by the other one. Effects of a process are performed
    in order, so what failed is the oldest message that no channel has taken."""
    if parked.effect != wire_name(SendMessage) or not voice.sendings or voice.knowledge is None:
        return NOTHING
    failed = voice.sendings[0]
    other = None if failed.fallback else other_channel(voice.knowledge, failed.channel)
    if other is None:
        lost = MessageUndeliverable(
            message_key=failed.key, channel=failed.channel, why=parked.reason
        )
        return Decision(facts=(lost,))
    channel, to = other
    rerouted_ = MessageRerouted(
        message_key=failed.key,
        channel_was=failed.channel,
        channel=channel,
        to=to,
        why=parked.reason,
    )
    effect = SendMessage(
        channel=channel,
        to=to,
        subject=failed.subject,
        text=failed.text,
        message_key=failed.key,
        sender=voice.knowledge.recipient,
    )
    return Decision(facts=(rerouted_,), effects=(effect,))

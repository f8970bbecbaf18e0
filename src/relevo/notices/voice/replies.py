"""What others say through the voice or to it: staff's drafts, the customer, the channels."""

from __future__ import annotations

from relevo.claims.check import check
from relevo.claims.model import Draft, Judgement, Verdict
from relevo.engine.process import NOTHING, Decision, EffectParked, Tell, wire_name
from relevo.notices.answers import answers_in
from relevo.notices.model import Channel, Knowledge, Topic
from relevo.notices.profile import Rules, VoiceRules
from relevo.notices.snapshot import snapshot_of
from relevo.notices.voice.fold import subject_of, text_of
from relevo.notices.voice.messages import (
    CustomerSaid,
    CustomerWrote,
    DeliveryReported,
    DraftStopped,
    MessageAccepted,
    MessageArrived,
    MessageDelayed,
    MessageDelivered,
    MessageRerouted,
    MessageSent,
    MessageUndeliverable,
    NoteTold,
    ProposeReply,
    ReplyApproved,
    SendMessage,
    ToldByPhone,
)
from relevo.notices.voice.model import Voice
from relevo.notices.voice.speech import address, other_channel, sending
from relevo.orders.order.messages import DecideNumber
from relevo.values.moment import Moment

CALL = "call"
TOLD_WRONG = "told_wrong"
"""The topic of what was said by phone and is not so."""
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


def told(voice: Voice, rules_of: Rules, noted: NoteTold, at: Moment) -> Decision:
    """What was said by phone cannot be stopped. It is claimed like everything else that we say;
    where it was wrong, that is known from now on, and it answers nothing."""
    known = voice.knowledge
    if known is None or noted.draft_id in voice.drafts:
        return NOTHING
    draft = Draft(id=noted.draft_id, channel=CALL, text=noted.text)
    verdict = check(snapshot_of(known, rules_of(known.rules), at), draft)
    wrong = [finding for finding in verdict.findings if finding.severity == "block"]
    said = MessageSent(
        message_key=f"{known.order}-{known.messages + 1}",
        channel=CALL,
        to=noted.number,
        topic=TOLD_WRONG if wrong else Topic.REPLY,
        subjects=_numbers(verdict),
        subject_line="",
        text=noted.text,
        claims=verdict.claims,
        at=noted.at,
        by=noted.by,
        keeps_subject=True,
    )
    held_against = ToldByPhone(
        draft_id=noted.draft_id,
        message_key=said.message_key,
        by=noted.by,
        text=noted.text,
        rules=tuple(finding.rule for finding in wrong),
        why=tuple(finding.why for finding in wrong),
    )
    heard = MessageAccepted(message_key=said.message_key, channel=CALL)  # he was on the line
    return Decision(facts=(held_against, said, heard))


def _numbers(verdict: Verdict) -> tuple[str, ...]:
    return tuple(sorted({claim.subject for claim in verdict.claims if claim.subject[:1] == "+"}))


def _stopped(proposed: ProposeReply, verdict: Verdict) -> DraftStopped:
    blocking = [finding for finding in verdict.findings if finding.severity == "block"]
    rules = tuple(sorted({finding.rule for finding in blocking}))
    return DraftStopped(
        draft_id=proposed.draft_id,
        by=proposed.by,
        channel=proposed.channel,
        text=proposed.text,
        rules=rules,
        why=tuple(finding.why for finding in blocking),
        kind=kind_of_stop(rules),
    )


def kind_of_stop(rules: tuple[int, ...]) -> str:
    """What a stopped text did wrong, in one word."""
    return next((kind for kind, own in _KINDS if own & set(rules)), "other")


def _reply(known: Knowledge, proposed: ProposeReply, verdict: Verdict, at: Moment) -> MessageSent:
    wanted = Channel(proposed.channel) if proposed.channel in tuple(Channel) else Channel.SMS
    channel, to = address(known, wanted)
    return MessageSent(
        message_key=f"{known.order}-{known.messages + 1}",
        channel=channel,
        to=to,
        topic=Topic.REPLY,
        subjects=_numbers(verdict),
        subject_line=known.order if channel is Channel.EMAIL else "",
        text=proposed.text,
        claims=verdict.claims,
        at=at,
        by=proposed.by,
        keeps_subject=True,
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
        filed_by=wrote.filed_by,
        attachments=wrote.attachments,
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
    return _given_up(voice, failed.key, failed.channel, parked.reason, is_last=failed.fallback)


def reported(voice: Voice, told: DeliveryReported) -> Decision:
    """News of a message that its channel had taken. What the channel says that it no longer goes
    by is no news: the other one has it now."""
    key = told.message_key
    if key in voice.ended or told.channel != _channel_of(voice, key):
        return NOTHING
    match told.came:
        case "delivered":
            arrived = MessageArrived(message_key=key, channel=told.channel, at=told.at)
            return Decision(facts=(arrived,))
        case "delayed" if key not in voice.delayed:
            delayed = MessageDelayed(
                message_key=key, channel=told.channel, reason=told.reason, at=told.at
            )
            return Decision(facts=(delayed,))
        case "undeliverable":
            is_last = key in voice.rerouted
            return _given_up(voice, key, told.channel, told.reason, is_last=is_last)
        case _:
            return NOTHING


def _channel_of(voice: Voice, key: str) -> str:
    """The channel by which a message goes now; empty for one that was said long ago, or never."""
    waiting = next((each.channel for each in voice.sendings if each.key == key), "")
    if waiting or voice.knowledge is None:
        return waiting
    first = next((told.channel for told in voice.knowledge.said if told.key == key), "")
    if key not in voice.rerouted:
        return first
    other = other_channel(voice.knowledge, first)
    return str(other[0]) if other else ""


def _given_up(voice: Voice, key: str, channel: str, why: str, *, is_last: bool) -> Decision:
    assert voice.knowledge is not None, "only a voice that knows has sent something"
    other = None if is_last else other_channel(voice.knowledge, channel)
    if other is None:
        lost = MessageUndeliverable(message_key=key, channel=channel, why=why)
        return Decision(facts=(lost,))
    by, to = other
    gone_on = MessageRerouted(message_key=key, channel_was=channel, channel=by, to=to, why=why)
    effect = SendMessage(
        channel=by,
        to=to,
        subject=subject_of(voice, key),
        text=text_of(voice, key),
        message_key=key,
        sender=voice.knowledge.recipient,
    )
    return Decision(facts=(gone_on,), effects=(effect,))

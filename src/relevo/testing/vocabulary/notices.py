"""What a voice hears and is asked to say: all news once, and one story to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from relevo.activation.activation.messages import (
    CapabilityLost,
    CardRegistered,
    LineProvisioned,
)
from relevo.engine.process import EffectParked, TimerFired
from relevo.notices.model import LineSeen, Topic
from relevo.notices.voice.decider import HEARS
from relevo.notices.voice.fold import evolve, first_knowledge
from relevo.notices.voice.messages import (
    CaseKnown,
    CustomerWrote,
    DeliveryReported,
    EvidenceKnown,
    MessageDelivered,
    NoteTold,
    ProposeReply,
    SayCredit,
    SayFault,
    SayUpdate,
)
from relevo.notices.voice.model import Voice
from relevo.orders.held import SimKind
from relevo.orders.line.messages import LineMoved, LineStuck
from relevo.orders.order.messages import OrderAccepted
from relevo.promises.promise.messages import PromiseMade, PromiseMoved
from relevo.testing.vocabulary.cast import (
    AT,
    DAY,
    HOUR,
    MAIN,
    PARTY,
    RECIPIENT,
    RULES,
    SECOND,
)
from relevo.testing.vocabulary.heard import heard, sample
from relevo.values.moment import Moment

Words = Iterator[tuple[object, Moment]]

MESSAGES_MAX = 2
LATER = AT + HOUR

FALSE_REPLY = "Tu línea 600 000 102 ya está activa."
TRUE_REPLY = "Gracias por escribirnos."


def voice_words(voice: Voice) -> Words:
    """Everything that it can hear is heard once; a number that dies and one that moves go on."""
    yield heard("", _accepted()), AT
    for name in ("speak", "proving", "reminder"):
        yield TimerFired(name=name), AT
    known = voice.knowledge
    if known is None:
        yield SayUpdate(key="PT-1", owner="Marta", next_update=None), AT
        return
    for sending in voice.sendings:
        yield MessageDelivered(message_key=sending.key, channel=sending.channel), LATER
        yield EffectParked(effect_id="e", effect="notices.send_message", reason="no"), LATER
    yield MessageDelivered(message_key="R0-9", channel="sms"), LATER
    yield from _reports(voice)
    is_fresh = known == _fresh(voice).knowledge and not (voice.drafts or voice.heard)
    is_fresh = is_fresh and all(thing.topic is Topic.WELCOME for thing in voice.waiting)
    if known.messages < MESSAGES_MAX and (is_fresh or known.lines[1].moved_at):
        yield from _story(known.lines[1])
    if is_fresh:
        yield from _others()
        yield from _everything()


def _reports(voice: Voice) -> Words:
    """What becomes of the first message, once its channel has taken it."""
    assert voice.knowledge is not None, "only a voice that knows has said something"
    known = voice.knowledge
    only_said = replace(known, said=(), messages=0)  # nothing else has happened
    if len(known.said) == 1 and only_said == _fresh(voice).knowledge and not voice.waiting:
        key = known.said[0].key
        for came in ("delivered", "delayed", "undeliverable"):
            for channel in ("sms", "email"):
                yield _report(key, channel, came), LATER


def _report(key: str, channel: str, came: str) -> DeliveryReported:
    return DeliveryReported(
        message_key=key, channel=channel, came=came, reason="550 5.1.1 unknown", at=LATER
    )


def _fresh(voice: Voice) -> Voice:
    """The voice when it knew no more than the order."""
    return evolve(Voice(id=voice.id), first_knowledge(_accepted(), AT))


def _everything() -> Words:
    for fact in HEARS:
        if fact is not OrderAccepted:
            source, word = _news(fact)
            yield heard(source, word), LATER


def _accepted() -> OrderAccepted:
    return OrderAccepted(
        customer=PARTY,
        recipient=RECIPIENT,
        lines=(MAIN, SECOND),
        moving=("M1", "M2"),
        sim=SimKind.CARD,
        wish=None,
        rules=RULES,
        consent_at=AT,
    )


def _story(second: LineSeen) -> Words:
    if second.moved_at is None:
        yield heard("line/M2", sample(LineMoved)), LATER
    elif second.provisioned_at is None:
        yield heard("activation/M2", sample(LineProvisioned)), LATER
    elif second.registered_at is None:
        yield heard("activation/M2", sample(CardRegistered)), LATER
    elif not second.lacks:
        lost = sample(CapabilityLost, capability="data", except_from=())
        yield heard("activation/M2", lost), LATER


def _others() -> Words:
    yield (
        SayUpdate(key="PT-1", owner="Marta", next_update=LATER + DAY),
        LATER,
    )
    for text in (FALSE_REPLY, TRUE_REPLY):
        yield ProposeReply(draft_id="d1", channel="sms", text=text, by="ana"), LATER
        yield NoteTold(draft_id="c2", text=text, by="ana", number="", at=LATER), LATER
    for text in ("¿Qué pasa con mi número?", "PORTAR 600 000 102"):
        yield CustomerWrote(message_id="c1", channel="sms", text=text, at=LATER), LATER
    yield sample(CaseKnown, next_update=LATER + DAY, resolved_at=None), LATER
    yield sample(SayCredit), LATER
    yield from _fault()
    yield sample(EvidenceKnown, item="termination_notice", subject=""), LATER


def _fault() -> Words:
    told = {"es": "Hay una avería en la red.", "en": "There is a fault of the network."}
    for over in (False, True):
        yield sample(SayFault, fault="fault-1", texts=told, next_update=None, is_over=over), LATER


def _news(fact: type) -> tuple[str, Any]:
    """The fact as the process states it that has it."""
    if fact in {PromiseMade, PromiseMoved}:
        return "promise/bundle_works/1", sample(fact, what="bundle_works", due=AT + DAY)
    if fact.__module__.startswith("relevo.promises"):
        return "promise/bundle_works/1", sample(fact, what="bundle_works")
    if fact.__module__.startswith("relevo.orders.order"):
        return "", sample(fact)
    if fact is LineStuck:
        return "line/M2", sample(fact, who="customer", why="card_reported_lost")
    capability = {"capability": "data"} if "capability" in fact.__annotations__ else {}
    return f"{_folder(fact)}/M2", sample(fact, **capability)


def _folder(fact: type) -> str:
    return {
        "relevo.activation.activation.messages": "activation",
        "relevo.orders.line.messages": "line",
    }.get(fact.__module__, fact.__module__.split(".")[2])

"""The words of the voice. What lives above it (care, compensation) speaks to it by message."""

from __future__ import annotations

from relevo.claims.model import Claim
from relevo.engine.process import effect, fact, message
from relevo.notices.model import (
    CaseSeen,
    Credit,
    FaultSeen,
    Happening,
    LineSeen,
    PromiseSeen,
    Thing,
)
from relevo.orders.order.messages import HeldLine, Party, SimKind
from relevo.values.moment import Moment


def filed_by_person(who: str) -> str:
    """``filed_by`` of what a member of staff put here himself."""
    return f"person:{who}"


@message("notices.propose_reply")
class ProposeReply:
    """A member of staff is about to answer the customer."""

    draft_id: str
    channel: str  # "sms" | "email" | "social"
    text: str
    by: str


@message("notices.note_told")
class NoteTold:
    """What a member of staff has told the customer in a call: it is said already."""

    draft_id: str
    text: str
    by: str
    number: str  # with which he spoke; empty where nobody knows
    at: Moment


@message("notices.customer_wrote")
class CustomerWrote:
    """What the customer wrote, or said in a call (as text)."""

    message_id: str
    channel: str  # "sms" | "email" | "call" | "page" | "social"
    text: str
    at: Moment
    minutes: int = 0  # length of a call
    filed_by: str = ""  # how it was found out that it belongs here (notices.belonging.By)
    attachments: tuple[str, ...] = ()  # names of the files that came with it


@message("notices.message_delivered")
class MessageDelivered:
    """The channel took the message."""

    message_key: str
    channel: str


@message("notices.delivery_reported")
class DeliveryReported:
    """What the outside says of a message after it had taken it: a bounce, a receipt."""

    message_key: str
    channel: str  # the channel that speaks
    came: str  # "delivered" | "undeliverable" | "delayed"
    reason: str
    at: Moment


@message("notices.case_known")
class CaseKnown:
    """From the case: who owns it, and when the customer hears of it next."""

    key: str
    owner: str
    opened_at: Moment
    next_update: Moment | None
    resolved_at: Moment | None = None


@message("notices.say_update")
class SayUpdate:
    """From the case: an update was promised for now; say the present state, news or not."""

    key: str
    owner: str
    next_update: Moment | None  # the one after this


@message("notices.say_credit")
class SayCredit:
    """From the claim: what is owed for a line so far."""

    credit: Credit


@message("notices.say_fault")
class SayFault:
    """From a mass fault: what all whom it concerns are told, in each one's language."""

    fault: str
    step: int
    kind: str
    cause: str
    is_confirmed: bool
    texts: dict[str, str]
    next_update: Moment | None
    is_over: bool = False


@message("notices.evidence_known")
class EvidenceKnown:
    """From the case: this is in the vault; nobody may ask for it any more."""

    item: str
    subject: str
    since: Moment


@fact("notices.order_known")
class OrderKnown:
    customer: Party
    recipient: str
    lines: tuple[LineSeen, ...]
    held_lines: tuple[HeldLine, ...]
    sim: SimKind
    rules: str
    at: Moment


@fact("notices.news_taken")
class NewsTaken:
    """A fact of another process was heard: what the voice knows of its lines from now on."""

    what: str  # wire name of the fact that was heard
    lines: tuple[LineSeen, ...]
    history: tuple[Happening, ...] = ()
    closed_at: Moment | None = None


@fact("notices.things_gathered")
class ThingsGathered:
    """What waits to be said (all of it, not only what is new)."""

    things: tuple[Thing, ...]


@fact("notices.case_noted")
class CaseNoted:
    case: CaseSeen


@fact("notices.promises_noted")
class PromisesNoted:
    promises: tuple[PromiseSeen, ...]


@fact("notices.credit_noted")
class CreditNoted:
    credit: Credit


@fact("notices.fault_noted")
class FaultNoted:
    fault: FaultSeen
    is_over: bool = False


@fact("notices.evidence_noted")
class EvidenceNoted:
    item: str
    subject: str
    since: Moment


@fact("notices.message_sent")
class MessageSent:
    """Said to the customer: the text, and what it claims at that moment."""

    message_key: str
    channel: str
    to: str
    topic: str
    subjects: tuple[str, ...]  # numbers
    subject_line: str
    text: str
    claims: tuple[Claim, ...]
    at: Moment
    by: str = ""  # the member of staff; empty: the system
    lines: tuple[str, ...] = ()  # ids
    keeps_subject: bool = False  # 0.1.0 wrote the subject line, and did not remember it


@fact("notices.message_accepted")
class MessageAccepted:
    """The channel took it: our proof that it was sent (Ley 10/2025, 4.7)."""

    message_key: str
    channel: str


@fact("notices.message_arrived")
class MessageArrived:
    """The customer's own server or phone has it, says the channel."""

    message_key: str
    channel: str
    at: Moment


@fact("notices.message_delayed")
class MessageDelayed:
    """The channel has it and cannot hand it on yet; it goes on trying."""

    message_key: str
    channel: str
    reason: str
    at: Moment


@fact("notices.message_rerouted")
class MessageRerouted:
    """The channel failed; the same text goes by another one."""

    message_key: str
    channel_was: str
    channel: str
    to: str
    why: str


@fact("notices.message_undeliverable")
class MessageUndeliverable:
    """No channel took it: somebody has to call the customer."""

    message_key: str
    channel: str
    why: str


@fact("notices.reply_approved")
class ReplyApproved:
    draft_id: str
    by: str
    channel: str
    warnings: tuple[str, ...]


@fact("notices.draft_stopped")
class DraftStopped:
    """A text that did not go out, and why."""

    draft_id: str
    by: str
    channel: str
    text: str
    rules: tuple[int, ...]
    why: tuple[str, ...]
    kind: str  # "contradiction" | "asks_for_held" | "promise" | "other"


@fact("notices.told_by_phone")
class ToldByPhone:
    """Held against the facts after it was said. With ``rules``, it was wrong: it has to be taken
    back in words, and until then it is what the customer believes."""

    draft_id: str
    message_key: str
    by: str
    text: str
    rules: tuple[int, ...]
    why: tuple[str, ...]


@fact("notices.customer_said")
class CustomerSaid:
    """What the customer told us. ``answers`` is the line whose question it answers, if any."""

    message_id: str
    channel: str
    text: str
    at: Moment
    minutes: int
    answers: str
    choice: str
    filed_by: str = ""
    attachments: tuple[str, ...] = ()


def is_silent(said: CustomerSaid) -> bool:
    """A call of which nobody has noted (yet) what was said in it: there is nothing to answer."""
    return said.channel == "call" and not said.text.strip()


def costs_effort(said: CustomerSaid) -> bool:
    """Whether it is a contact of its own: notes to a call that is counted already are none."""
    return said.channel != "call" or said.minutes > 0


@effect("notices.send_message")
class SendMessage:
    channel: str
    to: str
    subject: str
    text: str
    message_key: str
    sender: str  # the brand that speaks: the recipient's name
    with_letter: bool = False  # the welcome letter goes with it as a document

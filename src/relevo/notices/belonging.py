"""To which order does a message belong? Pure.

What a stranger says of himself opens nothing: a key in his text is a guess for the person who
sorts it, and is never followed. Only whose address is known with an order speaks in it, or who
came by a way that proves it (a signed reply address, the session of the customer's page).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from relevo.notices.inbound import Inbound
from relevo.values.moment import Moment

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9@_-]*")
KEYS_MAX = 40  # words of a text that are looked up as keys
_KEY_MIN, _KEY_MAX = 2, 40


class By(StrEnum):
    """How it was found out; part of the record."""

    PROOF = "proof"  # the way in has proven it
    REPLY = "reply"  # it answers a message of ours, and the sender fits
    THREAD = "thread"  # it goes on in a conversation, and the sender fits
    KEY = "key"  # it names an order or a case, and the sender fits
    SENDER = "sender"  # the only order of this sender
    OPEN_CASE = "open_case"  # of several orders, the one with the open case
    NEWEST = "newest"  # of several orders, the newest that goes on
    STRANGER = "unknown_sender"  # for a person
    DOUBTFUL = "doubtful_sender"  # for a person
    AUTOMATIC = "automatic"  # for nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An order with which the sender is known."""

    order: str
    accepted_at: Moment
    case_key: str = ""
    case_is_open: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where a message goes. Without ``order`` it is a stray; ``guess`` is what it speaks of."""

    by: By
    order: str = ""
    guess: str = ""


def belonging(
    inbound: Inbound, candidates: Sequence[Candidate], thread_order: str, named_order: str
) -> Belonging:
    """Decide. ``thread_order``: where earlier messages of its thread were filed; ``named_order``:
    an order, of whomever, that is named in it."""
    if inbound.is_automatic:
        return Belonging(By.AUTOMATIC, guess=inbound.proven_order)
    if inbound.proven_order:
        return Belonging(By.PROOF, inbound.proven_order)
    own = {each.order: each for each in candidates}
    answered = order_of(inbound.replies_to)
    if inbound.is_doubtful or not own:
        why = By.DOUBTFUL if inbound.is_doubtful else By.STRANGER
        return Belonging(why, guess=answered or named_order or thread_order)
    if answered in own:
        return Belonging(By.REPLY, answered)
    named = _named(inbound, candidates)
    if named:
        return Belonging(By.KEY, named)
    if thread_order in own:
        return Belonging(By.THREAD, thread_order)
    return _likeliest(candidates)


def keys_in(inbound: Inbound) -> tuple[str, ...]:
    """Words that may be keys of an order or a case, as they are written in them."""
    return tuple(key for key in _words(inbound) if _looks_like_key(key))[:KEYS_MAX]


def order_of(message_key: str) -> str:
    """The order whose voice said this; empty for what is no message of a voice."""
    return message_key.rpartition("-")[0] if "/" not in message_key else ""


def _words(inbound: Inbound) -> dict[str, None]:
    words = (word.strip("-_@") for word in _KEY.findall(f"{inbound.subject} {inbound.text}"))
    return dict.fromkeys(word for word in words if _KEY_MIN <= len(word) <= _KEY_MAX)


def _looks_like_key(word: str) -> bool:
    return word.isupper() or any(each.isdigit() for each in word)


def _named(inbound: Inbound, candidates: Sequence[Candidate]) -> str:
    said = {key.upper() for key in _words(inbound)}
    for each in candidates:
        if each.order.upper() in said or (each.case_key and each.case_key.upper() in said):
            return each.order
    return ""


def _likeliest(candidates: Sequence[Candidate]) -> Belonging:
    newest = sorted(candidates, key=lambda each: (each.accepted_at, each.order), reverse=True)
    if len(newest) == 1:
        return Belonging(By.SENDER, newest[0].order)
    for each in newest:
        if each.case_is_open:
            return Belonging(By.OPEN_CASE, each.order)
    going_on = [each for each in newest if not each.is_closed] or newest
    return Belonging(By.NEWEST, going_on[0].order)

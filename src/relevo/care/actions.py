"""What people can have a case do."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from psycopg import Connection

from relevo.care.case.messages import (
    AbsorbCase,
    AcknowledgeEscalation,
    AnswerOffer,
    AppointOwner,
    EndTrouble,
    KeepCallBack,
    MergeCase,
    OfferCase,
    PromiseCallBack,
    StoreEvidence,
)
from relevo.care.case.model import Case
from relevo.care.documents import (
    FILE_MAX_BYTES,
    ORDER_MAX_BYTES,
    ORDER_MAX_FILES,
    DocumentRefused,
    Handed,
    kind_of,
    safe_name,
)
from relevo.care.gateway import SETTING
from relevo.care.images import BrokenPicture, without_metadata
from relevo.care.intake import keep_until
from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.values.moment import Moment

KIND = "care.case"
_SQL = statements("relevo.care", "documents")


def case_id(order_key: str) -> str:
    """The case of an order."""
    return f"{order_key}/case"


def promise_call_back(
    engine: Engine, order_key: str, *, due: Moment, by: str, promise_id: str
) -> None:
    """A member of staff promises the customer a call by then.

    Nobody has to watch it: when it is not marked as kept by then, it is broken, the customer is
    told before he asks, and the case goes up the ladder.
    """
    promised = PromiseCallBack(promise_id=promise_id, due=due, by=by)
    engine.tell(KIND, case_id(order_key), promised, key=f"call_back:{promise_id}")


def keep_call_back(
    engine: Engine, order_key: str, *, promise_id: str, by: str, note: str = ""
) -> None:
    """The call was made."""
    kept = KeepCallBack(promise_id=promise_id, by=by, note=note)
    engine.tell(KIND, case_id(order_key), kept, key=f"call_back_kept:{promise_id}")


def store_evidence(
    engine: Engine, order_key: str, *, evidence: StoreEvidence, evidence_id: str
) -> None:
    """Put something into the vault that the customer or a peer handed in."""
    engine.tell(KIND, case_id(order_key), evidence, key=f"evidence:{evidence_id}")


def end_trouble(engine: Engine, order_key: str, *, ended: EndTrouble, act_id: str) -> None:
    """A person says that a trouble is over."""
    engine.tell(KIND, case_id(order_key), ended, key=f"end_trouble:{act_id}")


def offer_case(engine: Engine, order_key: str, *, offered: OfferCase, act_id: str) -> None:
    """Offer a case to somebody, with a note; it is his when he accepts, and not before."""
    engine.tell(KIND, case_id(order_key), offered, key=f"offer:{act_id}")


def answer_offer(
    engine: Engine, order_key: str, *, answer: AnswerOffer, others: Iterable[str], act_id: str
) -> None:
    """Take an offered case, or do not. ``others``: orders whose cases became one with this one;
    they go along, so that the customer has one owner."""
    engine.tell(KIND, case_id(order_key), answer, key=f"offer_answered:{act_id}")
    if answer.accepts:
        appointed = AppointOwner(staff=answer.by, called=answer.called)
        for other in others:
            if other != order_key:
                engine.tell(KIND, case_id(other), appointed, key=f"goes_along:{act_id}:{other}")


def acknowledge(engine: Engine, order_key: str, *, by: str, note: str, act_id: str) -> None:
    """Somebody has the escalation in hand: the next level is not asked for want of an answer."""
    said = AcknowledgeEscalation(by=by, note=note)
    engine.tell(KIND, case_id(order_key), said, key=f"acknowledge:{act_id}")


def merge_cases(engine: Engine, one: Case, into: Case, *, by: str, why: str, act_id: str) -> None:
    """Two cases of one customer become one: its key and its owner. Each says so in its record."""
    merged = MergeCase(
        into=into.key, order=into.order, owner=into.owner, staff=into.staff, by=by, why=why
    )
    absorbed = AbsorbCase(key=one.key, order=one.order, by=by, why=why)
    engine.tell(KIND, case_id(one.order), merged, key=f"merge:{act_id}")
    engine.tell(KIND, case_id(into.order), absorbed, key=f"absorb:{act_id}")


def hand_in(connection: Connection[Any], engine: Engine, order_key: str, handed: Handed) -> str:
    """Keep a file and put it into the case; returns its hash. Raises DocumentRefused.

    The same file twice is kept once, and is one piece of evidence. The bytes are kept with the
    message: a hash in the case always has its file. Of a picture its metadata are taken out first.
    Where a scanner is set up the file waits for its word before anybody can have it.
    """
    if not handed.content:
        raise DocumentRefused("empty")
    if len(handed.content) > FILE_MAX_BYTES:
        raise DocumentRefused("too_large")
    media_type = kind_of(handed.content)
    content = _cleaned(handed.content, media_type)
    digest = sha256(content).hexdigest()
    with connection.transaction(), connection.cursor() as cursor:
        row = cursor.execute(_SQL["room"], {"order": order_key}).fetchone()
        files, size = row or (0, 0)
        if files >= ORDER_MAX_FILES or size + len(content) > ORDER_MAX_BYTES:
            raise DocumentRefused("too_many")
        kept = {
            "order": order_key,
            "sha256": digest,
            "name": safe_name(handed.name),
            "media_type": media_type,
            "content": content,
            "received": sha256(handed.content).hexdigest(),
            "purpose": handed.purpose,
            "keep_until": keep_until(handed.purpose, handed.at),
            "scan": "waiting" if os.environ.get(SETTING) else "off",
            "subject": handed.subject,
            "by": handed.by,
            "at": handed.at,
        }
        cursor.execute(_SQL["keep"], kept)
        evidence = StoreEvidence(
            item=f"document_{digest[:12]}",
            subject=handed.subject,
            at=handed.at,
            source=handed.by,
            sha256=digest,
        )
        engine.tell_within(cursor, KIND, case_id(order_key), evidence, key=f"evidence:{digest}")
    return digest


def _cleaned(content: bytes, media_type: str) -> bytes:
    """The file without what a picture tells beside what it shows. Raises DocumentRefused."""
    try:
        return without_metadata(content, media_type)
    except (BrokenPicture, IndexError) as broken:
        raise DocumentRefused("unknown_kind") from broken

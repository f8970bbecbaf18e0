"""What goes into an evidence pack: made from the facts of one order, and from nothing else.

The words of the timeline and the veil over third persons come from whoever asks, because they are
those of a reader. The journal itself is not copied: each fact stands in the pack with its place and
its hash, and all of them in one chain, so that whoever has the journal can prove the extract, and
whoever has only the pack learns nothing that his role does not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from relevo.care.case.model import Case
from relevo.care.complaint.model import Complaints
from relevo.care.documents import Document
from relevo.compensation.accrual import Accrued
from relevo.compensation.attribution import attributed
from relevo.compensation.claim.messages import CompensationCredited
from relevo.engine.process import wire_name
from relevo.engine.recorded import Recorded
from relevo.engine.wire import encode
from relevo.values.moment import Moment, utc

FORMAT = "relevo-evidence-pack/1"
START_OF_CHAIN = "0" * 64

Veil = Callable[[object], str]
"""How the reader of the pack sees a text in which somebody's details may stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A step of the timeline, or a message, in words."""

    seq: int
    at: Moment
    who: str
    text: Mapping[str, str]  # language -> words


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For which order a pack is made, when, by whom, and who is to read it."""

    order: str
    at: Moment
    by: str
    reader: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The order's facts as the reader of the pack reads them."""

    timeline: Sequence[Told]
    messages: Sequence[Told]
    veil: Veil


def contents(
    asked: Asked,
    records: Sequence[Recorded],
    states: Sequence[Any],
    reading: Reading,
    *,
    documents: Sequence[Document],
    owed: Sequence[Accrued],
) -> dict[str, Any]:
    """The pack as plain values; the same facts and the same reader give the same pack."""
    case = next((each for each in states if isinstance(each, Case)), None)
    found = {
        "format": FORMAT,
        "order": asked.order,
        "case": case.key if case else "",
        "owner": case.owner if case else "",
        "made_at": _iso(asked.at),
        "made_by": asked.by,
        "reader": asked.reader,
        "zone": asked.zone,
        "timeline": [_told(each) for each in reading.timeline],
        "messages": [_told(each) for each in reading.messages],
        "evidence": _evidence(case),
        "documents": [_document(each) for each in documents],
        "complaints": _complaints(states),
        "compensation": _compensation(owed, records),
    }
    veiled: dict[str, Any] = _veiled(found, reading.veil)
    return {**veiled, "journal": journal_extract(records)}


def journal_extract(records: Iterable[Recorded]) -> dict[str, Any]:
    """Every fact by its place and hash, and the head of the chain over all of them."""
    head, rows = START_OF_CHAIN, []
    for each in records:
        digest = fact_hash(each)
        head = chained(head, digest)
        rows.append(
            {
                "seq": each.seq,
                "process": each.process_id,
                "version": each.version,
                "at": _iso(each.at),
                "fact": wire_name(each.fact),
                "sha256": digest,
            }
        )
    return {"facts": len(rows), "head": head, "extract": rows}


def fact_hash(record: Recorded) -> str:
    """The hash of one fact with its place: whatever of it changes, this does."""
    place = (record.seq, record.process_id, record.version, _iso(record.at))
    said = "\n".join([*map(str, place), wire_name(record.fact), encode(record.fact)])
    return sha256(said.encode()).hexdigest()


def chained(head: str, digest: str) -> str:
    """The next head of a chain: nothing can be taken out of it, or put into it, unnoticed."""
    return sha256(f"{head}{digest}".encode()).hexdigest()


def _evidence(case: Case | None) -> list[dict[str, Any]]:
    pieces = case.evidence if case else ()
    return [
        {
            "what": each.item,
            "subject": each.subject,
            "at": _iso(each.at),
            "source": each.source,
            "sha256": each.sha256,
        }
        for each in pieces
    ]


def _document(each: Document) -> dict[str, Any]:
    return {
        "name": each.name,
        "media_type": each.media_type,
        "size_bytes": each.size_bytes,
        "subject": each.subject,
        "handed_by": each.handed_by,
        "handed_at": _iso(each.handed_at),
        "sha256": each.sha256,
    }


def _complaints(states: Iterable[Any]) -> list[Any]:
    found = [each for each in states if isinstance(each, Complaints)]
    return [msgspec.to_builtins(one) for all_ in found for one in all_.complaints]


def _compensation(owed: Iterable[Accrued], records: Sequence[Recorded]) -> list[dict[str, Any]]:
    history = [(each.seq, each.fact) for each in records]
    printed = {
        each.fact.line: each.fact.calculation
        for each in records
        if isinstance(each.fact, CompensationCredited)
    }
    return [
        {
            "line": each.line,
            "number": each.number or "",
            "minutes": each.owed.minutes,
            "eur_cents": each.owed.eur_cents,
            "credited_eur_cents": each.credited_eur_cents,
            "rule": each.owed.rule,
            "automatic": each.owed.automatic,
            "printed": printed.get(each.line, ""),
            "running_since": _iso(each.running_since) if each.running_since else "",
            "months": [msgspec.to_builtins(month) for month in each.owed.months],
            "shares": [msgspec.to_builtins(share) for share in attributed(each, history)],
        }
        for each in owed
    ]


def _told(each: Told) -> dict[str, Any]:
    return {"seq": each.seq, "at": _iso(each.at), "who": each.who, **each.text}


_UNVEILED = frozenset({"sha256", "at", "made_at", "handed_at", "format", "reader"})


def _veiled(value: Any, veil: Veil, name: str = "") -> Any:
    """Every text of the pack as its reader sees it; hashes and times are nobody's details."""
    match value:
        case str():
            return value if name in _UNVEILED else veil(value)
        case dict():
            return {key: _veiled(each, veil, key) for key, each in value.items()}
        case list() | tuple():
            return [_veiled(each, veil, name) for each in value]
        case _:
            return value


def _iso(moment: Moment) -> str:
    return utc(moment).isoformat()

"""Finds an order by anything that people may know of it, from its beginning.

One table of words (``finding``) is written with the facts: numbers, cards, names, tracking codes,
references, e-mails, documents. A search is a range of its key. What begins as the question does is
read up to a limit, behind the wall; so it costs the same at a thousand numbers and at a million.

Documents are kept as hashes: they are found when they are known, and cannot be guessed digit by
digit. E-mails and documents are looked for by those whose role sees them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from relevo.access.masking import Personal, Shows, partly, sight
from relevo.desk import lists
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Connection, Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.orders.order.messages import OrderAccepted
from relevo.porting.port_in.messages import PortInConfirmed, PortInDrafted, PortInRequested
from relevo.porting.port_out.messages import PortOutReceived
from relevo.sims.dispatch.messages import CardTied, ParcelOrdered
from relevo.sims.esim.messages import EsimOrdered
from relevo.values.malformed import Malformed
from relevo.values.msisdn import Msisdn, country_code, spoken

_SQL = statements("relevo.tracking", "finding")
TABLES = ("finding",)
MOST = 60
"""So many rows are read of each way to understand a question."""

LEAST = 2
"""A question of fewer letters is none: everything begins with it."""

_DIGITS = re.compile(r"[+(]*\d[\d\s().·-]*")
_APART = re.compile(r"[^\w@.+-]+")
_AFTER_ALL = "\U0010ffff"


class Kind(StrEnum):
    """What was found; the order in which it is shown."""

    ORDER = "order"
    NUMBER = "number"
    CARD = "card"
    TRACKING = "tracking"
    REFERENCE = "reference"
    NAME = "name"
    EMAIL = "email"
    DOCUMENT = "document"


_SEEN_AS = {
    Kind.NUMBER: Personal.NUMBER,
    Kind.CARD: Personal.ICCID,
    Kind.NAME: Personal.NAME,
    Kind.EMAIL: Personal.EMAIL,
    Kind.DOCUMENT: Personal.DOCUMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit. ``place``: the line, or the process, to which it leads."""

    kind: Kind
    family: str
    place: str
    shown: str
    is_exact: bool


def findings() -> Projection:
    """The table ``finding``."""
    facts = (
        OrderAccepted, CardTied, EsimOrdered, ParcelOrdered, PortInDrafted, PortInRequested,
        PortInConfirmed, PortOutReceived,
    )  # fmt: skip
    return Projection(facts=facts, write=write_findings)


def read_models() -> tuple[tuple[Projection, tuple[str, ...]], ...]:
    """What can be emptied and made again from the journal: the desk's lists, and the search."""
    return (lists.desk_lists(), lists.TABLES), (findings(), TABLES)


def write_findings(cursor: Cursor, records: list[Recorded]) -> None:
    """All words of all facts in one statement."""
    rows = {
        (term, str(kind), family(record.process_id), place): shown
        for record in records
        for kind, term, place, shown in _words(record.process_id, record.fact)
        if term
    }
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(_SQL["add"], (*columns, list(rows.values())))


def find(
    connection: Connection, asked: str, roles: Iterable[str], *, most: int = MOST
) -> list[Found]:
    """What the reader may see that begins with this, the exact ones first.

    Several words are all to be found in the same name.
    """
    seen = {kind: _sight(kind, roles) for kind in Kind}
    plain = folded(asked)
    if len(plain) < LEAST:
        return []
    found: dict[tuple[Kind, str, str], Found] = {}
    for kinds, start in _beginnings(asked):
        allowed = [kind for kind in kinds if seen[kind] is Shows.ALL]
        for hit in _range(connection, start, allowed, most):
            found.setdefault((hit.kind, hit.family, hit.place), hit)
    for hit in _exact(connection, asked, [k for k in Kind if seen[k] is not Shows.NONE], most):
        found[hit.kind, hit.family, hit.place] = hit
    words = name_words(asked)
    if len(words) > 1:
        found = {
            key: hit
            for key, hit in found.items()
            if hit.kind is not Kind.NAME or _has_all(hit.shown, words)
        }
    order = list(Kind)
    return sorted(found.values(), key=lambda h: (not h.is_exact, order.index(h.kind), h.shown))


def folded(text: str) -> str:
    """Without accents and capitals: what people type when they are in a hurry."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).strip()


def name_words(text: str) -> list[str]:
    """The words of a name, folded."""
    return [word for word in _APART.split(folded(text).replace(".", " ")) if word]


def _sight(kind: Kind, roles: Iterable[str]) -> Shows:
    personal = _SEEN_AS.get(kind)
    return Shows.ALL if personal is None else sight(personal, roles)


def _has_all(name: str, words: list[str]) -> bool:
    own = name_words(name)
    return all(any(each.startswith(word) for each in own) for word in words)


def _beginnings(asked: str) -> Iterator[tuple[tuple[Kind, ...], str]]:
    """The ways in which a question can be understood as the beginning of something."""
    plain = folded(asked)
    if _DIGITS.fullmatch(plain):
        digits = "".join(filter(str.isdigit, plain))
        yield (Kind.NUMBER, Kind.CARD, Kind.REFERENCE), digits.removeprefix("00")
        return
    yield (Kind.ORDER, Kind.TRACKING, Kind.REFERENCE), code_term(asked)
    yield (Kind.EMAIL,), "".join(plain.split())
    words = name_words(asked)
    if words:
        yield (Kind.NAME,), max(words, key=len)


def _range(connection: Connection, start: str, kinds: list[Kind], most: int) -> Iterator[Found]:
    if not kinds or not start:
        return
    asked = {"from": start, "until": start + _AFTER_ALL, "kinds": kinds, "most": most}
    for term, kind, of, place, shown in connection.execute(_SQL["found"], asked).fetchall():
        yield Found(kind=Kind(kind), family=of, place=place, shown=shown, is_exact=term == start)


def _exact(connection: Connection, asked: str, kinds: list[Kind], most: int) -> Iterator[Found]:
    terms = {"".join(folded(asked).split()), document_term(asked), code_term(asked)} - {""}
    given = {"terms": sorted(terms), "kinds": kinds, "most": most}
    for _, kind, of, place, shown in connection.execute(_SQL["exactly"], given).fetchall():
        if kind != Kind.NAME:
            yield Found(kind=Kind(kind), family=of, place=place, shown=shown, is_exact=True)


def code_term(text: str) -> str:
    """Keys, tracking codes and references: capitals and figures, however they were typed."""
    return "".join(filter(str.isalnum, text)).upper()


def document_term(text: str) -> str:
    """The hash under which a document is kept."""
    plain = "".join(filter(str.isalnum, folded(text)))
    return f"#{sha256(plain.encode()).hexdigest()}" if plain else ""


def _number_terms(number: Msisdn | None) -> Iterator[tuple[str, str]]:
    """As it is dialled at home, and with its country: both are beginnings that people type."""
    if number is None:
        return
    try:
        code = country_code(number)
    except Malformed:
        code = ""
    shown = spoken(number) if code else number
    digits = number.removeprefix("+")
    yield digits, shown
    if code:
        yield digits.removeprefix(code), shown


def _words(process_id: str, fact: Any) -> Iterator[tuple[Kind, str, str, str]]:
    """Kind, term, place, and how it is written."""
    match fact:
        case OrderAccepted():
            yield from _of_order(process_id, fact)
        case CardTied() | EsimOrdered():
            yield Kind.CARD, str(fact.iccid), fact.line, str(fact.iccid)
        case ParcelOrdered():
            code = fact.tracking_code
            yield Kind.TRACKING, code_term(code), process_id.split("/")[2], code
        case PortInDrafted():
            yield Kind.REFERENCE, code_term(fact.contract_code), process_id, fact.contract_code
        case PortInRequested() | PortInConfirmed():
            yield Kind.REFERENCE, code_term(fact.reference), process_id, fact.reference
        case PortOutReceived():
            asked = fact.asked
            yield Kind.REFERENCE, code_term(asked.reference), process_id, asked.reference
            for each in asked.numbers:
                for term, shown in _number_terms(each.number):
                    yield Kind.NUMBER, term, "", shown
        case _:
            pass


def _of_order(key: str, fact: OrderAccepted) -> Iterator[tuple[Kind, str, str, str]]:
    party = fact.customer
    yield Kind.ORDER, code_term(key), "", key
    for word in name_words(party.holder.name):
        if len(word) >= LEAST:
            yield Kind.NAME, word, "", party.holder.name
    yield Kind.EMAIL, folded(party.email), "", party.email
    document = party.holder.document.number
    yield Kind.DOCUMENT, document_term(document), "", partly(document, Personal.DOCUMENT)
    for term, shown in _number_terms(party.contact):
        yield Kind.NUMBER, term, "", shown
    for line in fact.lines:
        for term, shown in _number_terms(line.number):
            yield Kind.NUMBER, term, line.id, shown

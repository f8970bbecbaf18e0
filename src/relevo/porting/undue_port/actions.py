"""What people can have done about a port that nobody owed."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.customers.queries import served_lines
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.porting.profile import HubKind
from relevo.porting.undue_port.decider import KIND, undue_port_id
from relevo.porting.undue_port.messages import (
    AskBackAgain,
    DropUnduePort,
    ExtendBlock,
    ReportUnduePort,
    SettleTheft,
)
from relevo.porting.undue_port.model import Matter, Side, UndueWhy
from relevo.values.msisdn import Msisdn, number_kind
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import Iccid

Word = SettleTheft | ExtendBlock | AskBackAgain | DropUnduePort


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody says of an undue port. ``document`` is that of the holder from before; for a
    number that left us our books know it."""

    number: Msisdn
    other: str
    why: UndueWhy
    us: str
    rules: str
    document: Document | None = None


class NotKnown(ValueError):
    """The claim lacks something that our books cannot fill in; the text says what."""


def lost_matter(connection: Connection, claim: Claim) -> Matter:
    """A number that left us. Raises NotKnown when nobody knows who its holder was."""
    line = next(iter(served_lines(connection, [claim.number])), None)
    if line is None and claim.document is None:
        raise NotKnown("document: we never served it; give the document of its holder")
    name, document = ("", claim.document) if line is None else (line.holder_name, line.document)
    chosen = claim.document or document
    assert chosen is not None
    return _matter(claim, Side.LOST, name, chosen, line.iccid if line is not None else None)


def gained_matter(claim: Claim) -> Matter:
    """A number that came to us. Raises NotKnown without the document of its holder before that."""
    if claim.document is None:
        raise NotKnown("document: give that of the holder from before; ours is what is wrong")
    return _matter(claim, Side.GAINED, "", claim.document, None)


def report_undue_port(engine: Engine, matter: Matter, *, by: str, key: str) -> str:
    """Have a number go back; the id of the process. The same key is the same report."""
    process_id = undue_port_id(matter.number, key)
    engine.tell(KIND, process_id, ReportUnduePort(matter=matter, by=by), key=f"undue:{key}")
    return process_id


def say(engine: Engine, process_id: str, word: Word, *, key: str) -> None:
    """A person's word on an undue port."""
    engine.tell(KIND, process_id, word, key=f"word:{key}")


def _matter(claim: Claim, side: Side, name: str, document: Document, iccid: Iccid | None) -> Matter:
    is_company = document.type is DocumentType.CIF
    return Matter(
        number=claim.number,
        hub=HubKind.FIXED if number_kind(claim.number) == "fixed" else HubKind.MOBILE,
        side=side,
        us=claim.us,
        other=claim.other,
        holder=Holder(name or claim.number, document, business=is_company),
        why=claim.why,
        rules=claim.rules,
        iccid=iccid,
    )

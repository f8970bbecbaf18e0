"""A company's list is checked, stored, and put on its way: all or nothing, and never twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.history import state_of
from relevo.engine.sql import statements
from relevo.orders.company_batch.messages import DropBatch, PlanBatch, RepairBatch
from relevo.orders.company_batch.model import Batch, BatchPhase, BatchPlan, CompanyNumber
from relevo.orders.company_move.batches import plan_batches
from relevo.orders.company_move.messages import ResumeCompanyLane, StartCompanyMove
from relevo.orders.company_move.queries import (
    SheetSeen,
    batch_of,
    moving_numbers,
    sheet_seen,
)
from relevo.orders.company_move.sheet import Desk, Sheet, check_sheet
from relevo.orders.process_ids import COMPANY_BATCH, COMPANY_MOVE, company_batch
from relevo.orders.queries import live_orders
from relevo.porting.multiple.queries import live_requests
from relevo.porting.profile import HubKind, PortingProfile
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder, parse_document
from relevo.values.simcard import parse_iccid

_SQL = statements("relevo.orders", "company")
KEY_LETTERS = 8


class CompanyRefused(ValueError):
    """Nothing was stored; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Whose numbers they are, as the donors have it, and to whom they come."""

    holder: Holder
    recipient: str

    def key_of(self, digest: str) -> str:
        """The key of the move: the same company with the same list is the same move."""
        names = (self.holder.document.number, self.recipient, digest)
        return "C" + code(KEY_LETTERS, READABLE, "company", *names)


def check(
    connection: Connection,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    company: Company,
    *,
    rules: PortingProfile,
    at: Moment,
) -> Sheet:
    """Check a list against the rules and against what is under way; nothing is stored."""
    if rules.operator(company.recipient) is None:
        raise CompanyRefused(
            f"recipient: {company.recipient!r} is not an operator of {rules.code}; "
            "write its name as the profile has it"
        )
    alone = check_sheet(rows := list(rows), Desk(rules=rules, recipient=company.recipient, at=at))
    taken = _taken(connection, [each.number for each in alone.moving])
    if not taken:
        return alone
    return check_sheet(rows, Desk(rules=rules, recipient=company.recipient, at=at, taken=taken))


def store(
    connection: Connection,
    sheet: Sheet,
    company: Company,
    *,
    digest: str,
    rules: PortingProfile,
    at: Moment,
) -> str:
    """Store the good rows of a checked list, in one transaction; the key of the move.

    Stored again, the same list of the same company is the one that is there. Raises CompanyRefused
    when it has no number that is to move.
    """
    key = company.key_of(digest)
    if not sheet.moving:
        raise CompanyRefused("no number of the list is to move; write port in one row or more")
    rows = {
        "order_key": key,
        "digest": digest,
        "name": company.holder.name,
        "document_type": company.holder.document.type.value,
        "document_number": company.holder.document.number,
        "recipient": company.recipient,
        "rules": rules.code,
        "numbers": len(sheet.numbers),
        "left_out": sheet.rows - len(sheet.numbers),
        "imported_at": at,
    }
    with connection.transaction(), connection.cursor() as cursor:
        if cursor.execute(_SQL["add_sheet"], rows).rowcount == 0:
            return key
        with cursor.copy(_SQL["copy_numbers"]) as copy:
            for each in sheet.numbers:
                copy.write_row(
                    (
                        key,
                        each.row,
                        each.number,
                        each.donor,
                        each.prepaid,
                        each.donor_iccid,
                        each.new_iccid,
                        each.depends_on,
                        each.choice.value,
                        each.wish,
                        at,
                    )
                )
    return key


def start(
    connection: Connection, engine: Engine, key: str, *, rules: PortingProfile, at: Moment
) -> int:
    """Put a stored list on its way; how many requests it is planned as.

    Started again, it is the one that is under way. Raises CompanyRefused.
    """
    seen = _sheet(connection, key)
    numbers = moving_numbers(connection, key)
    if seen.started_at is None:
        taken = _taken(connection, [each.number for each in numbers])
        if taken:
            number, where = min(taken.items())
            raise CompanyRefused(
                f"{len(taken)} numbers began to move elsewhere meanwhile, for example {number} in "
                f"{where}; import the list again"
            )
    batches = plan_batches(numbers, rules.multiple(HubKind.MOBILE))
    begin = StartCompanyMove(
        holder=seen.holder,
        recipient=seen.recipient,
        rules=rules.code,
        consent_at=at,
        batches=len(batches),
        numbers=len(numbers),
        sheet=key,
    )
    told: list[tuple[str, str, object, str]] = [(COMPANY_MOVE, key, begin, "start")]
    for name, batch in enumerate(batches, start=1):
        plan = BatchPlan(
            order=key,
            numbers=tuple(
                CompanyNumber(
                    number=each.number,
                    new_iccid=each.new_iccid,
                    prepaid=each.prepaid,
                    donor_iccid=each.donor_iccid,
                    depends_on=each.depends_on,
                )
                for each in batch
                if each.new_iccid is not None
            ),
            donor=batch[0].donor,
            recipient=seen.recipient,
            holder=seen.holder,
            rules=rules.code,
            consent_at=at,
            wish=batch[0].wish,
        )
        to = company_batch(key, str(name))
        told.append((COMPANY_BATCH, to, PlanBatch(plan=plan), f"plan:{name}"))
    engine.tell_many(told)  # one family, hence one bucket: one transaction
    return len(batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What was found out about numbers that stopped; empty: as before."""

    donor: str = ""
    donor_iccid: str = ""  # of the one number that is named
    prepaid: bool | None = None  # of all that hang together
    document: str = ""  # the holder's CIF in the donor's files


def repair(
    connection: Connection, engine: Engine, key: str, number: Msisdn, mended: Mended, *, who: str
) -> None:
    """Ask again for a number that stopped, and for all of its batch, with what was found out.

    Raises CompanyRefused when its batch did not stop or nothing is other than before.
    """
    batch = _batch(connection, key, number)
    plan = batch.plan
    if plan is None or batch.phase is not BatchPhase.STOPPED:
        raise CompanyRefused(f"{number}: nothing of it stopped; see `relevo company status {key}`")
    iccid = parse_iccid(mended.donor_iccid) if mended.donor_iccid else None
    holder = plan.holder
    if mended.document:
        holder = replace(holder, document=parse_document("CIF", mended.document))
    better = replace(
        plan,
        donor=mended.donor or plan.donor,
        holder=holder,
        numbers=tuple(
            replace(
                each,
                prepaid=each.prepaid if mended.prepaid is None else mended.prepaid,
                donor_iccid=(iccid if each.number == number else None) or each.donor_iccid,
            )
            for each in plan.numbers
        ),
    )
    if better == plan:
        raise CompanyRefused(
            f"{number}: nothing is other than before, and the same request would get the same "
            "answer; say what was wrong"
        )
    said = RepairBatch(plan=better, who=who)
    engine.tell(COMPANY_BATCH, batch.id, said, key=f"repair:{engine.clock.now().isoformat()}")


def drop(
    connection: Connection, engine: Engine, key: str, number: Msisdn, *, who: str, why: str
) -> None:
    """The company does not want this number moved any more, nor any other of its batch."""
    batch = _batch(connection, key, number)
    said = DropBatch(who=who, why=why)
    engine.tell(COMPANY_BATCH, batch.id, said, key=f"drop:{engine.clock.now().isoformat()}")


def resume(engine: Engine, key: str, donor: str, *, who: str, why: str) -> None:
    """Let the line before a donor go on that had said no to every request."""
    at = engine.clock.now().isoformat()
    said = ResumeCompanyLane(donor=donor, who=who, why=why)
    engine.tell(COMPANY_MOVE, key, said, key=f"resume:{donor}:{at}")


def _batch(connection: Connection, key: str, number: Msisdn) -> Batch:
    """The batch in which a number is now. Raises CompanyRefused."""
    name = batch_of(connection, key, number)
    found = state_of(connection, company_batch(key, name)) if name else None
    if not isinstance(found, Batch):
        raise CompanyRefused(f"{number} is not on its way in {key!r}; see its export")
    return found


def _sheet(connection: Connection, key: str) -> SheetSeen:
    seen = sheet_seen(connection, key)
    if seen is None:
        raise CompanyRefused(f"there is no list {key!r}; `relevo company status` names all of them")
    return seen


def _taken(connection: Connection, numbers: list[Msisdn]) -> dict[Msisdn, str]:
    return {**live_requests(connection, numbers), **live_orders(connection, numbers)}

"""What our own books say of the numbers of a form: one statement, whatever their count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relevo.engine.connection import Connection
from relevo.engine.history import facts_of_process
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.orders.capture import OrderDraft
from relevo.orders.preflight.model import Books, InBulletin, Known, Refused
from relevo.porting.gateway import Bulletin
from relevo.porting.port_in.messages import PortInDrafted, PortInRejected
from relevo.values.malformed import Malformed
from relevo.values.moment import utc
from relevo.values.msisdn import Msisdn, parse_msisdn
from relevo.values.simcard import Iccid, parse_iccid

_SQL = statements("relevo.orders", "preflight")
REFUSALS_READ = 5
"""Of one number; older ones say nothing about today's holder."""


def read_books(
    connection: Connection,
    numbers: Mapping[Msisdn, Iccid | None],
    *,
    bulletin: Bulletin | None = None,
) -> Books:
    """What is known of each number; ``numbers`` says which card is stated for it, if any.

    The hub's bulletin is asked where there is one. One that is away is no reason to wait: our own
    books still speak, and the hub itself will name the right donor.
    """
    wanted = list(numbers)
    cards = [numbers[number] for number in wanted]
    rows = connection.execute(_SQL["books"], {"numbers": wanted, "cards": cards}).fetchall()
    return {
        Msisdn(number): _known(connection, row, _asked(bulletin, Msisdn(number)))
        for number, *row in rows
    }


def numbers_in(draft: OrderDraft) -> dict[Msisdn, Iccid | None]:
    """The numbers of a form that can be read, each with the card that is stated for it."""
    found: dict[Msisdn, Iccid | None] = {}
    for line in draft.lines:
        try:
            found[parse_msisdn(line.number)] = parse_iccid(line.iccid) if line.iccid else None
        except Malformed:
            continue  # the judgement says so itself
    return found


Answer = tuple[InBulletin | None, bool]


def _asked(bulletin: Bulletin | None, number: Msisdn) -> Answer:
    """What the bulletin says, and whether it was heard at all."""
    if bulletin is None:
        return None, False
    try:
        standing = bulletin.standing_of(number)
    except (Temporary, Permanent):
        return None, False
    if standing is None:
        return None, True
    found = InBulletin(
        serving=standing.serving,
        range_holder=standing.range_holder,
        is_in_process=standing.is_in_process,
    )
    return found, True


def _known(connection: Connection, row: Iterable[object], answer: Answer) -> Known:
    holder, since, order, contract, rejected, carries = row
    standing, was_heard = answer
    assert isinstance(rejected, list)
    return Known(
        holder=str(holder or ""),
        held_since=None if since is None else utc(since),  # type: ignore[arg-type]
        live_order=str(order or ""),
        live_request=str(contract or ""),
        refused=tuple(_refusals(connection, [str(each) for each in rejected])),
        card_carries=None if carries is None else Msisdn(str(carries)),
        bulletin=standing,
        is_unassigned=was_heard and standing is None,
    )


def _refusals(connection: Connection, process_ids: list[str]) -> Iterable[Refused]:
    for process_id in process_ids[:REFUSALS_READ]:
        facts = [recorded.fact for recorded in facts_of_process(connection, process_id)]
        drafted = next((fact for fact in facts if isinstance(fact, PortInDrafted)), None)
        rejected = next((fact for fact in facts if isinstance(fact, PortInRejected)), None)
        if drafted is not None and rejected is not None:
            yield Refused(
                reason=rejected.reason,
                document=drafted.holder.document,
                iccid=drafted.donor_iccid,
                prepaid=drafted.prepaid,
            )

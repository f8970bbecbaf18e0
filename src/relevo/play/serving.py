"""What the product is told of the lines that we serve before a story begins: as by a file of ours.

Their reading is the product's own, and what it has against a row is said of the key of the story.
"""

from __future__ import annotations

from collections.abc import Iterator

from relevo.customers.model import FieldFault
from relevo.customers.served import ServedLine, ServedStatus, read_row
from relevo.engine.connection import Connection
from relevo.play.keys import Path
from relevo.play.scenario import Scenario
from relevo.porting.donor.actions import load_served as load
from relevo.simulators.plan import ServedPlan
from relevo.values.moment import Moment

Found = tuple[Path, str, str]
_KEYS: dict[str, str] = {"document_type": "document", "own_range": "ported_from"}
_CUSTOMERS: dict[str, str] = {
    "holder_name": "name",
    "contact": "contact",
    "email": "email",
    "language": "language",
}


def load_served(connection: Connection, scenario: Scenario, at: Moment) -> None:
    """Write what we serve for this customer into the product's table."""
    rows = [_row(scenario, each) for each in scenario.world.served if each.is_known]
    if rows:
        load(connection, scenario.world.recipient, rows, at=at)


def check_served(scenario: Scenario) -> Iterator[Found]:
    """What the product would say of the rows: key path, why, remedy."""
    for place, served in enumerate(scenario.world.served):
        read = _read(scenario, served)
        if not isinstance(read, ServedLine):
            for fault in read:
                yield _path(fault, place, served), fault.why, fault.remedy
        wrong = served.depends_on not in (None, *(each.id for each in scenario.world.served))
        if wrong:
            path: Path = ("served", place, "depends_on")
            yield path, f"{served.depends_on!r} is no [[served]] line", "name lines by their id"


def _read(scenario: Scenario, served: ServedPlan) -> ServedLine | list[FieldFault]:
    return read_row(scenario.world.recipient, _row(scenario, served))


def _row(scenario: Scenario, served: ServedPlan) -> dict[str, str]:
    customer = scenario.world.customer
    type_, number = served.document or (customer.document_type, customer.document_number)
    numbers = {each.id: each.number for each in scenario.world.served}
    return {
        "number": served.number,
        "holder_name": customer.name,
        "document_type": type_,
        "document": number,
        "payment": served.payment,
        "iccid": served.card,
        "status": _status(served).value,
        "ceased_at": served.ceased_at.isoformat() if served.ceased_at else "",
        "own_range": "no" if served.ported_from else "yes",
        "contact": customer.contact,
        "email": customer.email,
        "language": customer.language,
        "depends_on": numbers.get(served.depends_on or "", ""),
    }


def _status(served: ServedPlan) -> ServedStatus:
    if served.is_returned:
        return ServedStatus.RETURNED
    if served.ceased_at is not None:
        return ServedStatus.CEASED
    return ServedStatus.BARRED_LOST if served.barred else ServedStatus.ACTIVE


def _path(fault: FieldFault, place: int, served: ServedPlan) -> Path:
    if fault.field in _CUSTOMERS:
        return ("customer", _CUSTOMERS[fault.field])
    key = _KEYS.get(fault.field, fault.field)
    if key == "document" and served.document is None:
        return ("customer", "document")
    return ("served", place, key)

"""The donor's side of a scenario: what we serve, and who asks us for it (``[[served]]``,
``[[port_out]]``), and what of it should not have been (``[[undue]]``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from relevo.play.fault_kinds import instant_after
from relevo.play.readings import NoSuchLine, day, moment, one_of, span, text, texts, truth
from relevo.play.table_reader import Table
from relevo.porting.undue_port.model import UndueWhy
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import LinePlan, PortOutPlan, ServedPlan, UnduePlan
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment
from relevo.values.msisdn import parse_msisdn


def read_served(top: Table, lines: Sequence[LinePlan]) -> tuple[ServedPlan, ...]:
    """Every ``[[served]]``; its id is unlike that of any ``[[line]]``."""
    served: list[ServedPlan] = []
    for table in top.tables("served", many=True):
        one = _served(table)
        if one.id and one.id in {*(line.id for line in lines), *(each.id for each in served)}:
            table.fault("id", f"{one.id!r} is the id of another line too", "give it its own id")
        served.append(one)
    return tuple(served)


def read_port_outs(
    top: Table, every: Sequence[LinePlan], starts: Moment | None
) -> tuple[PortOutPlan, ...]:
    """Every ``[[port_out]]``: of what we serve, or of a line that comes to us in the story."""
    tables = top.tables("port_out", many=True)
    if tables and not every:
        top.fault("served", "is missing", "add a [[served]] for each line that we are asked for")
    known = {each.id: each.number for each in every if each.number}
    return tuple(_port_out(table, known, starts) for table in tables)


def read_undue_ports(
    top: Table, served: Sequence[ServedPlan], starts: Moment | None
) -> tuple[UnduePlan, ...]:
    """Every ``[[undue]]``: what our desk learns of a port that nobody owed."""
    return tuple(_undue(table, served, starts) for table in top.tables("undue", many=True))


def _undue(table: Table, served: Sequence[ServedPlan], starts: Moment | None) -> UnduePlan:
    number = table.need("line", _one_number_of(served), "")
    came_from, went_to = (table.take(key, one_of(*ORIGINS), None) for key in ("from", "to"))
    if (came_from is None) == (went_to is None):
        table.fault("to", "is one of two", "say to whom it went, or from whom it came")
    plan = UnduePlan(
        number=number,
        other=went_to or came_from or "",
        why=table.take("why", one_of(*(str(why) for why in UndueWhy)), str(UndueWhy.NOT_ASKED_FOR)),
        due=_due(table, starts),
        is_ours=went_to is not None,
        document=_document(table),
    )
    table.close()
    return plan


def _due(table: Table, starts: Moment | None) -> Moment:
    if table.has("at") and table.has("after"):
        table.fault("after", "is one time too many", "give at or after")
    at = table.take("at", instant_after(starts), None)
    return at or table.take("after", instant_after(starts), None) or starts or _NEVER


def _served(table: Table) -> ServedPlan:
    number = table.need("number", text, "")
    plan = ServedPlan(
        id=table.need("id", text, ""),
        number=_number(number),
        document=_document(table),
        payment=table.take("payment", one_of("postpaid", "prepaid"), "postpaid"),
        iccid=table.take("iccid", text, None),
        ported_from=table.take("ported_from", one_of(*ORIGINS), None),
        barred=table.take("barred", truth, False),
        ceased_at=table.take("ceased_at", moment, None),
        is_returned=table.take("returned", truth, False),
        depends_on=table.take("depends_on", text, None),
        is_known=table.take("known", truth, True),
    )
    table.close()
    return plan


def _port_out(table: Table, known: Mapping[str, str], starts: Moment | None) -> PortOutPlan:
    plan = PortOutPlan(
        numbers=table.need("lines", _numbers_of(known), ()),
        recipient=table.need("recipient", one_of(*ORIGINS), ""),
        due=_due(table, starts),
        document=_document(table),
        iccid=table.take("iccid", _card, None),
        wish=table.take("wish", day, None),
        cancel_after=table.take("cancel_after", span, None),
        agrees=table.take("agrees", truth, True),
        force_majeure=table.take("force_majeure", text, ""),
    )
    table.close()
    return plan


_NEVER = moment("2200-01-01T00:00:00+00:00")  # of a file without a start, which is not played


def _document(table: Table) -> tuple[str, str] | None:
    found = table.tables("document", many=False)
    if not found:
        return None
    read = (found[0].need("type", text, ""), found[0].need("number", text, ""))
    found[0].close()
    return read


def _card(value: object) -> str:
    """A card's number; empty: the recipient asks for the line as if it had none."""
    if not isinstance(value, str):
        raise Malformed(f"{value!r} is not a text", "put it in quotes")
    return value


def _numbers_of(known: Mapping[str, str]) -> Callable[[object], tuple[str, ...]]:

    def read(value: object) -> tuple[str, ...]:
        named = texts(value)
        for each in named:
            if each not in known:
                why = f"{each!r} is no mobile line of this file"
                raise NoSuchLine(why, f"write one of {', '.join(known)}", seeks="id")
        if not named:
            raise Malformed("names no line", 'write for example ["S1"]')
        return tuple(known[each] for each in named)

    return read


def _one_number_of(served: Sequence[ServedPlan]) -> Callable[[object], str]:
    read = _numbers_of({each.id: each.number for each in served})
    return lambda value: read([value])[0]


def _number(said: str) -> str:
    """In the one form that the world knows; what is no number is left to the check."""
    try:
        return str(parse_msisdn(said))
    except Malformed:
        return said

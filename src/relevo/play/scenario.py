"""Reads a scenario file into a plan of the world, an order and what must hold (scenario.md).

Shape and meaning are checked in one go and every fault is listed with its key and line. What an
order must fulfil is not repeated here: the product's own capture says it, and its field paths are
mapped to keys of the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path as FilePath

from relevo.play.asked_of_us import read_port_outs, read_served, read_undue_ports
from relevo.play.expectation import Expected, read_expected
from relevo.play.fault_kinds import instant_after, read_fault
from relevo.play.keys import line_numbers
from relevo.play.readings import (
    NoSuchLine,
    day,
    days,
    euros,
    moment,
    one_of,
    text,
    texts,
    truth,
    whole,
)
from relevo.play.table_reader import Findings, ScenarioFault, Table
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    LineKind,
    LinePlan,
    WorldPlan,
)
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment
from relevo.values.msisdn import parse_msisdn

ENDS_BY = timedelta(days=14)
LARGEST_BYTES = 1_000_000
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlan:
    """What the customer orders; who he is and what he has stands in the plan of the world.

    One that is not placed says who we are, in a story about numbers that others ask us for.
    """

    recipient: str
    lines: tuple[str, ...]
    sim: str
    wish: date | None
    is_placed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A story that can be played."""

    title: str
    world: WorldPlan
    order: OrderPlan
    ends_at: Moment
    expected: Expected

    @property
    def has_order(self) -> bool:
        """Whether the customer orders anything."""
        return self.order.is_placed


class BadScenario(ValueError):
    """The file is no valid scenario; ``faults`` has everything that is wrong with it."""

    def __init__(self, faults: Sequence[ScenarioFault]) -> None:
        super().__init__("\n".join(fault.shown for fault in faults))
        self.faults = tuple(faults)


OrderCheck = Callable[["Scenario"], Sequence[tuple[tuple[str | int, ...], str, str]]]
"""Says what the product's capture has against the order: key path, why, remedy."""


def load_scenario(file: FilePath, check: OrderCheck | None = None) -> Scenario:
    """Read and check a file. Raises BadScenario."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except OSError as wrong:
        raise _unreadable(
            f"cannot be read ({(wrong.strerror or str(wrong)).lower()})", "give the path of a file"
        ) from None
    if len(content) > LARGEST_BYTES:
        raise _unreadable("is larger than 1 MB", "give a scenario: a page or two of TOML")
    try:
        text_ = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise _unreadable("is not UTF-8 text", "save it as UTF-8", line=line) from None
    return parse_scenario(text_.replace("\r\n", "\n").replace("\r", "\n"), check)


def _unreadable(why: str, remedy: str, *, line: int = 0) -> BadScenario:
    return BadScenario([ScenarioFault("file", line, why, remedy)])


def parse_scenario(content: str, check: OrderCheck | None = None) -> Scenario:
    """Read and check the text of a scenario. Raises BadScenario."""
    try:
        read = tomllib.loads(content)
    except tomllib.TOMLDecodeError as wrong:
        raise BadScenario([_syntax_fault(content, str(wrong))]) from None
    except RecursionError:
        raise _unreadable("is nested too deeply", "write it as stories/clean.toml is") from None
    if not read:
        raise _unreadable("has nothing in it", "copy stories/clean.toml and change it")
    findings = Findings(line_numbers(content))
    scenario = _scenario(Table(read, (), findings))
    if check is not None and scenario is not None:
        for path, why, remedy in check(scenario):
            names_a_line = path[:2] == ("order", "lines") or path[-1:] == ("depends_on",)
            findings.add(path, why, remedy, seeks="id" if names_a_line else "")
    faults = findings.listed()
    if faults or scenario is None:
        raise BadScenario(faults)
    return scenario


def _syntax_fault(content: str, said: str) -> ScenarioFault:
    found = _AT_LINE.search(said)
    line = int(found[1]) if found else content.rstrip().count("\n") + 1
    near = content.split("\n")[line - 1].strip() if content.strip() else ""
    near = "".join(sign if sign.isprintable() else "?" for sign in near[:60])
    key = re.split(r"[=\s]", near)[0].strip("[]") or "file"
    why = _AT_LINE.sub("", said).replace("(at end of document)", "").strip()
    place = "this line, or the one before" if why.startswith("Unclosed") else "this line"
    for standard, plain in _PLAIN_SYNTAX.items():
        why = why.replace(standard, plain)
    return ScenarioFault(key, line, f"is not TOML: {why}", f"correct {place}: {near}")


_PLAIN_SYNTAX = {
    "Cannot overwrite a value": "the key is there already",
    "Illegal character '\\n'": "the text has no closing quote",
    "Unclosed array": "a list has no closing ]",
    "Unclosed inline table": "a table has no closing }",
    "Invalid value": "the value is neither a quoted text nor a number, a date, true or false",
}
"""What the standard reader says, as somebody who does not read the standard would."""


def _scenario(top: Table) -> Scenario | None:
    title = top.need("title", text, "")
    profile = top.take("profile", text, "es")
    starts = top.need("starts", moment, None)
    seed = top.take("seed", whole, 1)
    ends_at = top.take("ends_by", instant_after(starts), starts and starts + ENDS_BY)
    if starts and ends_at and ends_at <= starts:
        top.fault("ends_by", "is not after starts", "write a duration, for example P14D")
    lines = _lines(top)
    served = read_served(top, lines)
    every = (*lines, *(each.line for each in served))
    customer = _customer(top, lines)
    order = _order(top)
    port_outs = read_port_outs(top, every, starts)
    undue_ports = read_undue_ports(top, served, starts)
    faults = tuple(read_fault(each, every, starts) for each in top.tables("fault", many=True))
    expects = top.tables("expect", many=False)
    expected = read_expected(expects[0], every, served) if expects else Expected()
    no_days: tuple[date, ...] = ()
    more, fewer = (top.take(f"{key}_holidays", days, no_days) for key in ("more", "fewer"))
    top.close()
    if starts is None or ends_at is None or customer is None or order is None or not every:
        return None
    world = WorldPlan(
        starts=starts,
        customer=customer,
        lines=tuple(_with_access(line, customer) for line in lines),
        recipient=order.recipient,
        profile=profile,
        seed=seed,
        faults=faults,
        served=served,
        port_outs=port_outs,
        undue_ports=undue_ports,
        more_holidays=more,
        fewer_holidays=fewer,
    )
    return Scenario(title=title, world=world, order=order, ends_at=ends_at, expected=expected)


def _single(top: Table, key: str) -> Table | None:
    found = top.tables(key, many=False)
    if not found and not top.has(key):
        top.fault(key, "is missing", f"add a table [{key}]")
    return found[0] if found else None


def _customer(top: Table, lines: Sequence[LinePlan]) -> CustomerPlan | None:
    table = _single(top, "customer")
    if table is None:
        return None
    document = table.tables("document", many=False)
    address = table.tables("address", many=False)
    for key, found in (("document", document), ("address", address)):
        if not found and not table.has(key):
            table.fault(key, "is missing", f"add {key} = {{ … }} to [customer]")
    type_, number = _document(document[0]) if document else ("", "")
    plan = CustomerPlan(
        name=table.need("name", text, ""),
        document_type=type_,
        document_number=number,
        email=table.need("email", text, ""),
        contact=_number(table.need("contact", text, "")),
        address=_address(address[0]) if address else _NOWHERE,
        business=table.take("business", truth, False),
        language=table.take("language", one_of("es", "en"), "es"),
        decides=_decides(table, lines),
    )
    table.close()
    return plan


def _decides(table: Table, lines: Sequence[LinePlan]) -> tuple[tuple[str, str], ...]:
    known = tuple(line.id for line in lines)

    def choice(line: str, value: object) -> str:
        if line not in known:
            why = f"{line!r} is no line of this file"
            raise NoSuchLine(why, f"write one of {', '.join(known)}", seeks="id")
        return one_of("port", "keep", "cease")(value)

    return tuple(
        pair for each in table.tables("decides", many=False) for pair in each.every(choice).items()
    )


_NOWHERE = AddressPlan(street="", postcode="", city="", province="")


def _document(table: Table) -> tuple[str, str]:
    read = (table.need("type", text, ""), table.need("number", text, ""))
    table.close()
    return read


def _address(table: Table) -> AddressPlan:
    plan = AddressPlan(
        street=table.need("street", text, ""),
        postcode=table.need("postcode", text, ""),
        city=table.need("city", text, ""),
        province=table.need("province", text, ""),
    )
    table.close()
    return plan


def _lines(top: Table) -> tuple[LinePlan, ...]:
    tables = top.tables("line", many=True)
    if not tables and not top.has("line") and not top.has("served"):
        top.fault("line", "is missing", "add a [[line]] for each line that the donor serves")
    lines: list[LinePlan] = []
    for table in tables:
        line = _line(table)
        if line.id and any(other.id == line.id for other in lines):
            table.fault("id", f"{line.id!r} is the id of another line too", "give it its own id")
        lines.append(line)
    return tuple(lines)


def _with_access(line: LinePlan, customer: CustomerPlan) -> LinePlan:
    """A line without a number is named by whose it is: two customers may both have a W."""
    return line if line.number else replace(line, access=f"{customer.contact}.{line.id}")


def _line(table: Table) -> LinePlan:
    kind = LineKind(table.need("kind", one_of(*(str(kind) for kind in LineKind)), "mobile"))
    asked = table.take if kind is LineKind.FIBRE else table.need
    number = asked("number", text, "")
    payment = table.take("payment", one_of("postpaid", "prepaid"), None)
    line = LinePlan(
        id=table.need("id", text, ""),
        kind=kind,
        donor=table.need("donor", text, ""),
        number=_number(number) if number else None,
        payment=payment or ("postpaid" if kind is LineKind.MOBILE else None),
        iccid=table.take("iccid", text, None),
        depends_on=table.take("depends_on", text, None),
        monthly_fee=table.take("monthly_fee", euros, None),
        average_3m=table.take("average_3m", euros, None),
    )
    table.close()
    return line


def _number(said: str) -> str:
    """In the one form that the world knows; what is no number is left to the order's check."""
    try:
        return str(parse_msisdn(said))
    except Malformed:
        return said


def _order(top: Table) -> OrderPlan | None:
    """What is ordered; without it, ``us`` says who we are of whom others ask."""
    if top.has("port_out") and not top.has("order"):
        us = top.need("us", one_of(*ORIGINS), "")
        return OrderPlan(recipient=us, lines=(), sim="card", wish=None, is_placed=False)
    table = _single(top, "order")
    if table is None:
        return None
    plan = OrderPlan(
        recipient=table.need("recipient", text, ""),
        lines=table.need("lines", texts, ()),
        sim=table.take("sim", one_of("card", "esim"), "card"),
        wish=table.take("wish", _wish, None),
    )
    table.close()
    return plan


def _wish(value: object) -> date | None:
    if value == "asap":
        return None
    try:
        return day(value)
    except Malformed as wrong:
        raise Malformed(wrong.why, 'write "asap" or a date such as 2019-01-25') from None

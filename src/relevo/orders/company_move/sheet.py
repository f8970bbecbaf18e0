"""A company's list, checked: each row by itself, then all of them together.

Nothing is stored from here. A row is good or it has faults, each with its column, why, and what to
do about it. Lines that live on one card are a group: if one of them cannot go, none of them does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from relevo.orders.held import Choice
from relevo.porting.profile import HubKind, PortingProfile
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn, number_kind, parse_msisdn
from relevo.values.simcard import Iccid, parse_iccid

ROWS_MAX = 20_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "numero", "msisdn", "linea", "line", "telefono", "phone"),
    "donor": ("donor", "donante", "operador_donante", "operador_actual", "current_operator"),
    "payment": ("payment", "pago", "modalidad", "tipo_de_pago", "tipo"),
    "donor_iccid": ("donor_iccid", "iccid_donante", "iccid_actual", "iccid"),
    "new_iccid": ("new_iccid", "iccid_nuevo", "nuevo_iccid", "iccid_nueva", "tarjeta_nueva"),
    "depends_on": ("depends_on", "depende_de", "principal", "linea_principal"),
    "decision": ("decision", "que_hacer", "accion", "action"),
    "wish": ("wish", "fecha", "fecha_deseada", "date", "dia"),
}
"""Our name of each column, and what people write above it; accents and spaces do not matter."""

REQUIRED = ("number", "donor", "new_iccid")
_PAYMENTS = {
    "": False, "postpaid": False, "contract": False, "contrato": False, "pospago": False,
    "postpago": False, "prepaid": True, "prepago": True, "tarjeta": True,
}  # fmt: skip
_CHOICES = {
    "": Choice.PORT, "port": Choice.PORT, "portar": Choice.PORT, "si": Choice.PORT,
    "keep": Choice.KEEP, "mantener": Choice.KEEP, "dejar": Choice.KEEP,
    "cease": Choice.CEASE, "baja": Choice.CEASE, "cancelar": Choice.CEASE,
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ROUNDED = re.compile(r"\d[.,]?\d*[eE]\+\d+")


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong with a row; row 0 is the file itself."""

    row: int
    column: str
    why: str
    remedy: str

    @property
    def shown(self) -> str:
        """The whole message."""
        return f"row {self.row}, {self.column}: {self.why}; {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetNumber:
    """A good row."""

    row: int
    number: Msisdn
    donor: str
    prepaid: bool = False
    donor_iccid: Iccid | None = None
    new_iccid: Iccid | None = None
    depends_on: Msisdn | None = None
    choice: Choice = Choice.PORT
    wish: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a list came to. ``left_out``: good rows whose group has a bad one."""

    rows: int
    numbers: tuple[SheetNumber, ...]
    faults: tuple[RowFault, ...]
    left_out: tuple[int, ...] = ()

    @property
    def moving(self) -> tuple[SheetNumber, ...]:
        """The numbers that are to be ported."""
        return tuple(each for each in self.numbers if each.choice is Choice.PORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Against what a list is checked."""

    rules: PortingProfile
    recipient: str
    at: Moment
    taken: Mapping[Msisdn, str] = field(default_factory=dict)  # number -> live order or request


def columns_of(header: Iterable[str]) -> dict[str, int]:
    """Where each column of ours stands in this header; the first of two that mean the same."""
    found: dict[str, int] = {}
    known = {name: ours for ours, names in COLUMNS.items() for name in names}
    for place, title in enumerate(header):
        ours = known.get(plain(title))
        if ours is not None:
            found.setdefault(ours, place)
    return found


def plain(text: str) -> str:
    """Small letters without accents; whatever stands between words is one stroke."""
    bare = unicodedata.normalize("NFKD", text.strip().lower())
    letters = "".join(each for each in bare if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def check_sheet(rows: Iterable[tuple[int, Mapping[str, str]]], desk: Desk) -> Sheet:
    """All rows, each as (its number, its fields by our names)."""
    read: list[SheetNumber] = []  # with the bad ones: a group is known by all who are in it
    faults: list[RowFault] = []
    count = 0
    for row, fields in rows:
        count += 1
        if count > ROWS_MAX:
            why = f"there are more than {ROWS_MAX} rows"
            faults.append(RowFault(row, "number", why, "split the list in two"))
            break
        made, wrong = _row(row, fields, desk)
        faults += wrong
        if made.number:
            read.append(made)
    if count == 0:
        why, remedy = "there is no row below the header", "write one row for each number"
        faults.append(RowFault(0, "number", why, remedy))
    faults += _together(read, desk)
    bad = {fault.row for fault in faults}
    torn = tuple(sorted(each.row for each in _torn(read, bad)))
    out = bad.union(torn)
    kept = tuple(each for each in read if each.row not in out)
    ordered = tuple(sorted(faults, key=lambda each: each.row))
    return Sheet(rows=count, numbers=kept, faults=ordered, left_out=torn)


# -- one row --------------------------------------------------------------------------------------


def _row(row: int, fields: Mapping[str, str], desk: Desk) -> tuple[SheetNumber, list[RowFault]]:
    faults: list[RowFault] = []

    def wrong(column: str, why: str, remedy: str) -> None:
        faults.append(RowFault(row, column, why, remedy))

    def parsed(column: str, parse: Callable[[str], str], text: str) -> str | None:
        if not text:
            return None
        if _ROUNDED.fullmatch(text):
            why = f"the spreadsheet has rounded it to {text}"
            wrong(column, why, "format the column as text and type the digits again")
            return None
        try:
            return parse(text)
        except Malformed as bad:
            wrong(column, bad.why, bad.remedy)
            return None

    def one_of(column: str, known: Mapping[str, object]) -> object:
        text = plain(fields.get(column, ""))
        if text not in known:
            choices = ", ".join(name for name in known if name)
            wrong(column, f"{fields[column]!r} is not known", f"write one of {choices}")
        return known.get(text)

    number = parsed("number", parse_msisdn, fields.get("number", ""))
    if not fields.get("number", ""):
        wrong("number", "it is empty", "write the number, for example 600000101")
    choice = one_of("decision", _CHOICES)
    prepaid = one_of("payment", _PAYMENTS)
    donor = _donor(fields.get("donor", ""), desk)
    if donor is None:
        why = f"there is no operator {fields.get('donor', '')!r}"
        wrong("donor", why, "write its name or its three digits as the hub has them")
    made = SheetNumber(
        row=row,
        number=Msisdn(number or ""),
        donor=donor or "",
        prepaid=bool(prepaid),
        donor_iccid=_card(parsed("donor_iccid", parse_iccid, fields.get("donor_iccid", ""))),
        new_iccid=_card(parsed("new_iccid", parse_iccid, fields.get("new_iccid", ""))),
        depends_on=_number(parsed("depends_on", parse_msisdn, fields.get("depends_on", ""))),
        choice=choice if isinstance(choice, Choice) else Choice.PORT,
        wish=_wish(row, fields.get("wish", ""), desk, faults),
    )
    if not faults:
        faults += _row_as_a_whole(made, fields, desk)
    return made, faults


def _row_as_a_whole(made: SheetNumber, fields: Mapping[str, str], desk: Desk) -> Iterator[RowFault]:
    row = made.row
    if not desk.rules.in_numbering_plan(made.number) or number_kind(made.number) == "fixed":
        why = f"{made.number} is not a mobile number of this country"
        yield RowFault(row, "number", why, "order fixed and foreign lines apart, one by one")
    if made.choice is not Choice.PORT:
        return
    if made.donor == desk.recipient:
        why = f"{made.donor} is also the recipient: there is nothing to move"
        yield RowFault(row, "donor", why, "correct the donor, or write keep")
    if made.new_iccid is None:
        why = "a number that moves needs its new card"
        yield RowFault(
            row, "new_iccid", why, "write the 19 digits of the card that you have for it"
        )
    elif made.new_iccid == made.donor_iccid:
        why = "the new card is the donor's card"
        yield RowFault(row, "new_iccid", why, "write the card that you were given for the move")
    if made.prepaid and made.donor_iccid is None:
        why = "a prepaid line is validated by its card, and there is no donor_iccid"
        yield RowFault(row, "donor_iccid", why, "write the 19 digits printed on the card in use")
    if made.number in desk.taken:
        why = f"{made.number} moves already in {desk.taken[made.number]}"
        yield RowFault(row, "number", why, "leave it out, or end that one first")


def _donor(text: str, desk: Desk) -> str | None:
    name = plain(text)
    known = desk.rules.operator(name) or desk.rules.operator_coded(HubKind.MOBILE, text.strip())
    return None if known is None else known.name


def _wish(row: int, text: str, desk: Desk, faults: list[RowFault]) -> date | None:
    said = text.strip()
    if said.lower() in {"", "asap"}:
        return None
    day_first = _DAY_FIRST.fullmatch(said)
    try:
        if day_first:
            day, month, year = map(int, day_first.groups())
            wish = date(year, month, day)
        else:
            wish = date.fromisoformat(said[:10])
    except ValueError:
        remedy = "write asap, or a day such as 2019-01-24 or 24/01/2019"
        faults.append(RowFault(row, "wish", f"{text!r} is not a day", remedy))
        return None
    hub, rules = HubKind.MOBILE, desk.rules
    today = rules.calendar(hub).local(desk.at).date()
    last = rules.latest_window_day(hub, rules.opens_at(hub, desk.at))
    if not today <= wish <= last:
        why = f"{wish} is not between {today} and {last}"
        faults.append(RowFault(row, "wish", why, "write a day that may be asked for today"))
    return wish


def _card(text: str | None) -> Iccid | None:
    return None if text is None else Iccid(text)


def _number(text: str | None) -> Msisdn | None:
    return None if text is None else Msisdn(text)


# -- all rows together ----------------------------------------------------------------------------


def _together(read: list[SheetNumber], desk: Desk) -> Iterator[RowFault]:
    by_number: dict[Msisdn, SheetNumber] = {}
    by_card: dict[Iccid, SheetNumber] = {}
    for each in read:
        first = by_number.setdefault(each.number, each)
        if first is not each:
            why = f"{each.number} stands in row {first.row} already"
            yield RowFault(each.row, "number", why, "write each number once")
        if each.new_iccid is not None and each.choice is Choice.PORT:
            first = by_card.setdefault(each.new_iccid, each)
            if first is not each:
                why = f"the card stands in row {first.row} already"
                yield RowFault(each.row, "new_iccid", why, "give each number a card of its own")
    for each in read:
        if each.depends_on is not None:
            yield from _dependant(each, by_number)
    terms = desk.rules.multiple(HubKind.MOBILE)
    for group in groups(read):
        if len(group) > terms.numbers_max:
            why = f"{len(group)} lines hang together, and a request takes {terms.numbers_max}"
            yield RowFault(group[0].row, "depends_on", why, "ask our desk how to move them")
        if len({each.prepaid for each in group}) > 1 and not terms.mixes_payment:
            why = "lines that hang together cannot be prepaid and with a contract in one request"
            yield RowFault(group[0].row, "payment", why, "correct it, or change it at the donor")


def _dependant(each: SheetNumber, by_number: Mapping[Msisdn, SheetNumber]) -> Iterator[RowFault]:
    principal = by_number.get(each.depends_on or Msisdn(""))
    if principal is None:
        why = f"{each.depends_on} is not in this list"
        remedy = "add it, with what becomes of it, or leave depends_on empty"
        yield RowFault(each.row, "depends_on", why, remedy)
        return
    walked = {each.number}
    above: SheetNumber | None = principal
    while above is not None and above.number not in walked:
        walked.add(above.number)
        above = by_number.get(above.depends_on) if above.depends_on else None
    if above is not None:
        remedy = "take out the dependence that is wrong"
        yield RowFault(each.row, "depends_on", "lines depend on one another in a circle", remedy)
        return
    if principal.choice is not Choice.PORT:
        return
    if each.choice is Choice.KEEP:
        why = f"it ends at the donor when {principal.number} leaves, on whose card it lives"
        yield RowFault(each.row, "decision", why, "write port or cease")
    if each.choice is Choice.PORT:
        for column, ours, theirs in (
            ("donor", each.donor, principal.donor),
            ("wish", each.wish, principal.wish),
        ):
            if ours != theirs:
                why = f"{principal.number}, on whose card it lives, has {theirs or 'none'}"
                yield RowFault(each.row, column, why, "they leave in one request: write the same")


def groups(numbers: Iterable[SheetNumber]) -> list[list[SheetNumber]]:
    """Numbers that are to move and hang together, in the order of the list."""
    moving = {each.number: each for each in numbers if each.choice is Choice.PORT}
    grouped: dict[Msisdn, list[SheetNumber]] = {}
    for each in moving.values():
        root, walked = each, {each.number}
        while root.depends_on in moving and root.depends_on not in walked:
            root = moving[root.depends_on]
            walked.add(root.number)
        grouped.setdefault(root.number, []).append(each)
    return list(grouped.values())


def _torn(read: list[SheetNumber], bad: set[int]) -> Iterator[SheetNumber]:
    """Good rows that belong to a bad one: together or not at all."""
    for group in groups(read):
        if any(each.row in bad for each in group):
            yield from (each for each in group if each.row not in bad)

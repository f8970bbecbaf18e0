"""A request to port mobile numbers, and the format checks that the hub makes on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from relevo.simulators.donors import Claimed
from relevo.simulators.mobile_soap import Call, Field, Verdict, read_moment
from relevo.values.moment import Moment

NUMBER = r"[67]\d{8}"
CARD = r"89\d{17}"
LARGEST_RANGE = 100_000  # a block; whatever is larger is a slip of the pen
CREATION_FIELDS: dict[str, tuple[str, str, str]] = {
    # name in the reply: (path below solicitud, pattern, what is wanted)
    "codigoOperadorDonante": ("codigoOperadorDonante", r"\d{3}", "debe tener 3 cifras"),
    "codigoOperadorReceptor": ("codigoOperadorReceptor", r"\d{3}", "debe tener 3 cifras"),
    "codigoContrato": ("codigoContrato", r"\S{11}", "debe tener 11 caracteres"),
    "NRNReceptor": ("NRNReceptor", r"[79]\d{5}", "debe tener 6 cifras"),
    "tipo": ("abonado/documentoIdentificacion/tipo", r"NIF|NIE|CIF|PAS", "NIF, NIE, CIF o PAS"),
    "documento": ("abonado/documentoIdentificacion/documento", r"\S{1,20}", "falta"),
}
INDIVIDUAL_FIELDS: dict[str, tuple[str, str, str]] = {
    "MSISDN": ("MSISDN", NUMBER, "debe tener 9 cifras"),
    "ICCID": ("ICCID", rf"({CARD})?", "debe tener 19 cifras"),
}
DOCUMENT_SHAPES = {
    "NIF": r"\d{8}[A-Z]",
    "NIE": r"[XYZ]\d{7}[A-Z]",
    "CIF": r"[A-Z]\d{7}[0-9A-Z]",
    "PAS": r"\S{1,20}",
}
PERSON = ("nombre", "primerApellido", "segundoApellido", "nacionalidad")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the recipient fills in (porting-es 6.1)."""

    donor_code: str
    recipient_code: str
    contract: str
    nrn: str
    document: tuple[str, str]
    claims: tuple[Claimed, ...]  # at least one number
    is_multiple: bool = False
    asked_at: Moment | None
    window: Moment | None = None
    names: tuple[tuple[str, str], ...] = ()  # of a person, or razonSocial

    @property
    def holder_fields(self) -> list[Field]:
        """The subscriber, as the donor is shown him."""
        kind, number = self.document
        names: list[Field] = [(f"por:{name}", text) for name, text in self.names if text]
        form = "PersonaJuridica" if self.names[:1] and self.names[0][0] == "razonSocial" else ""
        papers: list[Field] = [("por:tipo", kind), ("por:documento", number)]
        return [
            ("por:documentoIdentificacion", papers),
            ("por:datosPersonales", [(f"por:{form or 'PersonaFisica'}", names)]),
        ]

    @property
    def number_fields(self) -> list[Field]:
        """The number and its card; of a multiple the ranges, and the cards by number."""
        if not self.is_multiple:
            (only,) = self.claims
            card: list[Field] = [("por:ICCID", only.iccid)] if only.iccid else []
            return [*card, ("por:MSISDN", _national(only.number))]
        cards: list[Field] = []
        for each in self.claims:
            if each.iccid:
                tied: list[Field] = [
                    ("por:MSISDN", _national(each.number)),
                    ("por:ICCID", each.iccid),
                ]
                cards.append(("por:ICCIDRelativoMSISDN", tied))
        return [*range_fields([each.number for each in self.claims]), *cards]


def range_fields(numbers: list[str]) -> list[Field]:
    """Numbers as ranges, those that follow one another in one."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(int(_national(each)) for each in numbers):
        if ranges and ranges[-1][1] + 1 == number:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return [
        ("por:rangoMSISDN", [("por:valorInicial", str(low)), ("por:valorFinal", str(high))])
        for low, high in ranges
    ]


def read_form(call: Call, *, is_multiple: bool = False) -> Form:
    """The fields, checked by ``check_formats`` before."""
    text = _reader(call)
    window = text("fechaVentanaCambio")
    document = (
        text("abonado/documentoIdentificacion/tipo"),
        text("abonado/documentoIdentificacion/documento"),
    )
    return Form(
        donor_code=text("codigoOperadorDonante"),
        recipient_code=text("codigoOperadorReceptor"),
        contract=text("codigoContrato"),
        nrn=text("NRNReceptor"),
        document=document,
        claims=tuple(_claims(call, document, is_multiple)),
        is_multiple=is_multiple,
        asked_at=read_moment(text("fechaSolicitudPorAbonado")),
        window=read_moment(window) if window else None,
        names=_names(text),
    )


def check_formats(call: Call, now: Moment, *, is_multiple: bool = False) -> Verdict:
    """`GENE INFOR` with every wrong field, `AREC FSABF` for a date to come, or success."""
    text = _reader(call)
    fields = CREATION_FIELDS if is_multiple else CREATION_FIELDS | INDIVIDUAL_FIELDS
    wrong = [
        (name, wanted)
        for name, (path, pattern, wanted) in fields.items()
        if not re.fullmatch(pattern, text(path))
    ]
    wrong += _wrong_person(call) + _wrong_dates(call)
    wrong += _wrong_ranges(call) if is_multiple else []
    if wrong:
        return Verdict("GENE INFOR", "Formato de campos no válido", tuple(wrong))
    asked_at = read_moment(text("fechaSolicitudPorAbonado"))
    if asked_at is not None and asked_at > now + timedelta(minutes=5):
        return Verdict("AREC FSABF", "La fecha de solicitud del abonado es futura")
    return Verdict()


def _claims(call: Call, document: tuple[str, str], is_multiple: bool) -> Iterator[Claimed]:
    text = _reader(call)
    if not is_multiple:
        yield Claimed(number=f"+34{text('MSISDN')}", document=document, iccid=text("ICCID") or None)
        return
    cards = {
        each.text("MSISDN"): each.text("ICCID") for each in _parts(call, "ICCIDRelativoMSISDN")
    }
    seen: set[int] = set()
    for span in _parts(call, "rangoMSISDN"):
        for number in range(int(span.text("valorInicial")), int(span.text("valorFinal")) + 1):
            if number not in seen:
                seen.add(number)
                yield Claimed(
                    number=f"+34{number}", document=document, iccid=cards.get(str(number)) or None
                )


def _wrong_ranges(call: Call) -> list[tuple[str, str]]:
    spans = [
        (each.text("valorInicial"), each.text("valorFinal")) for each in _parts(call, "rangoMSISDN")
    ]
    wrong = [] if spans else [("rangoMSISDN", "falta")]
    for low, high in spans:
        if not (re.fullmatch(NUMBER, low) and re.fullmatch(NUMBER, high)):
            wrong.append(("rangoMSISDN", "debe tener 9 cifras"))
        elif not 0 <= int(high) - int(low) < LARGEST_RANGE:
            wrong.append(("rangoMSISDN", "el valor final no sigue al inicial"))
    cards = [each.text("ICCID") for each in _parts(call, "ICCIDRelativoMSISDN")]
    return wrong + [("ICCID", "debe tener 19 cifras") for c in cards if not re.fullmatch(CARD, c)]


def _wrong_person(call: Call) -> list[tuple[str, str]]:
    text = _reader(call)
    kind = text("abonado/documentoIdentificacion/tipo")
    number = text("abonado/documentoIdentificacion/documento")
    wrong = []
    if kind in DOCUMENT_SHAPES and number and not re.fullmatch(DOCUMENT_SHAPES[kind], number):
        wrong.append(("documento", f"no tiene la forma de un {kind}"))
    person, company = "abonado/datosPersonales/PersonaFisica", "abonado/datosPersonales"
    company_name = text(f"{company}/PersonaJuridica/razonSocial")
    if call.has("solicitud", *person.split("/")):
        wrong += [(n, "falta") for n in ("nombre", "primerApellido") if not text(f"{person}/{n}")]
        if kind != "NIF" and not text(f"{person}/nacionalidad"):
            wrong.append(("nacionalidad", "es obligatoria si el documento no es un NIF"))
    elif not 1 <= len(company_name) <= 64:
        wrong.append(("razonSocial", "debe tener de 1 a 64 caracteres"))
    return wrong


def _wrong_dates(call: Call) -> list[tuple[str, str]]:
    text = _reader(call)
    wrong = []
    if read_moment(text("fechaSolicitudPorAbonado")) is None:
        wrong.append(("fechaSolicitudPorAbonado", "debe ser una fecha con hora"))
    window = text("fechaVentanaCambio")
    if window and read_moment(window) is None:
        wrong.append(("fechaVentanaCambio", "debe ser una fecha con hora"))
    return wrong


def _names(text: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    company = text("abonado/datosPersonales/PersonaJuridica/razonSocial")
    if company:
        return (("razonSocial", company),)
    person = "abonado/datosPersonales/PersonaFisica"
    return tuple((name, text(f"{person}/{name}")) for name in PERSON)


def _parts(call: Call, name: str) -> list[Call]:
    """The elements of this name below ``solicitud``."""
    return [each for part in call.parts("solicitud") for each in part.parts(name)]


def _reader(call: Call) -> Callable[[str], str]:
    """Reads below ``solicitud`` by a path with slashes."""
    return lambda path: call.text("solicitud", *path.split("/"))


def _national(number: str) -> str:
    return number.removeprefix("+34")

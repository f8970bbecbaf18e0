"""A request to port a mobile number, and the format checks that the hub makes on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from relevo.simulators.mobile_soap import Call, Verdict, read_moment
from relevo.values.moment import Moment

CREATION_FIELDS: dict[str, tuple[str, str, str]] = {
    # name in the reply: (path below solicitud, pattern, what is wanted)
    "codigoOperadorDonante": ("codigoOperadorDonante", r"\d{3}", "debe tener 3 cifras"),
    "codigoOperadorReceptor": ("codigoOperadorReceptor", r"\d{3}", "debe tener 3 cifras"),
    "codigoContrato": ("codigoContrato", r"\S{11}", "debe tener 11 caracteres"),
    "NRNReceptor": ("NRNReceptor", r"[79]\d{5}", "debe tener 6 cifras"),
    "MSISDN": ("MSISDN", r"[67]\d{8}", "debe tener 9 cifras"),
    "ICCID": ("ICCID", r"(89\d{17})?", "debe tener 19 cifras"),
    "tipo": ("abonado/documentoIdentificacion/tipo", r"NIF|NIE|CIF|PAS", "NIF, NIE, CIF o PAS"),
    "documento": ("abonado/documentoIdentificacion/documento", r"\S{1,20}", "falta"),
}
DOCUMENT_SHAPES = {
    "NIF": r"\d{8}[A-Z]",
    "NIE": r"[XYZ]\d{7}[A-Z]",
    "CIF": r"[A-Z]\d{7}[0-9A-Z]",
    "PAS": r"\S{1,20}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the recipient fills in (porting-es 6.1)."""

    donor_code: str
    recipient_code: str
    contract: str
    nrn: str
    msisdn: str
    document: tuple[str, str]
    asked_at: Moment | None
    window: Moment | None
    iccid: str | None


def read_form(call: Call) -> Form:
    """The fields, not yet checked."""
    text = _reader(call)
    window = text("fechaVentanaCambio")
    return Form(
        donor_code=text("codigoOperadorDonante"),
        recipient_code=text("codigoOperadorReceptor"),
        contract=text("codigoContrato"),
        nrn=text("NRNReceptor"),
        msisdn=text("MSISDN"),
        document=(
            text("abonado/documentoIdentificacion/tipo"),
            text("abonado/documentoIdentificacion/documento"),
        ),
        asked_at=read_moment(text("fechaSolicitudPorAbonado")),
        window=read_moment(window) if window else None,
        iccid=text("ICCID") or None,
    )


def check_formats(call: Call, now: Moment) -> Verdict:
    """`GENE INFOR` with every wrong field, `AREC FSABF` for a date to come, or success."""
    text = _reader(call)
    wrong = [
        (name, wanted)
        for name, (path, pattern, wanted) in CREATION_FIELDS.items()
        if not re.fullmatch(pattern, text(path))
    ]
    wrong += _wrong_person(call) + _wrong_dates(call)
    if wrong:
        return Verdict("GENE INFOR", "Formato de campos no válido", tuple(wrong))
    asked_at = read_moment(text("fechaSolicitudPorAbonado"))
    if asked_at is not None and asked_at > now + timedelta(minutes=5):
        return Verdict("AREC FSABF", "La fecha de solicitud del abonado es futura")
    return Verdict()


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


def _reader(call: Call) -> Callable[[str], str]:
    """Reads below ``solicitud`` by a path with slashes."""
    return lambda path: call.text("solicitud", *path.split("/"))

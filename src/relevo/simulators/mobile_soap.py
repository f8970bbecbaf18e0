"""The mobile hub's envelopes: SOAP 1.1, read and written by hand.

Written from the fact sheet (porting-es 3.4, 6.1) and the samples, apart from the product's own
codec, so that one mistake cannot stand on both sides of the wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from relevo.simulators.hours import ZONE, local
from relevo.values.moment import Moment, utc

NC = "http://nc.aopm.es/v1-10"
MODULES = {"acc": f"{NC}/acceso", "por": f"{NC}/portabilidad", "bol": f"{NC}/boletin"}
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"

Field = tuple[str, str | list["Field"]]
"""An element with its prefix, and its text or its children."""


class NotSoap(ValueError):
    """The bytes are no SOAP request."""


@dataclass(frozen=True, slots=True)
class Call:
    """One operation that a peer asks for."""

    operation: str
    body: Element

    def text(self, *path: str) -> str:
        """The text of the element at this path of local names; empty if there is none."""
        found: Element | None = self.body
        for name in path:
            found = _child(found, name) if found is not None else None
        return (found.text or "").strip() if found is not None else ""

    def texts(self, name: str) -> list[str]:
        """The texts of all children of this name."""
        return [(child.text or "").strip() for child in self.body if _local(child) == name]

    def parts(self, name: str) -> list[Call]:
        """All children of this name, to be read alike."""
        return [Call(self.operation, child) for child in self.body if _local(child) == name]

    def has(self, *path: str) -> bool:
        """Whether there is an element at this path."""
        found: Element | None = self.body
        for name in path:
            found = _child(found, name) if found is not None else None
        return found is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The code and text that every reply begins with."""

    code: str = "0000 00000"
    text: str = "La operación se ha realizado correctamente"
    wrong_fields: tuple[tuple[str, str], ...] = ()

    @property
    def is_success(self) -> bool:
        """Whether it was done."""
        return self.code == "0000 00000"


Reply = tuple[Verdict, list[Field]]
Operation = Callable[[str, Call], Reply]
"""What the hub does for the operator of a session."""

Operations = dict[str, tuple[str, Operation]]
"""By name, each with the prefix of the namespace that its reply is in."""

DONE: Reply = (Verdict(), [])


def malformed(field: str, why: str) -> Reply:
    """A field that cannot be what it says."""
    return Verdict("GENE INFOR", "Formato de campos no válido", ((field, why),)), []


def unknown(field: str = "codigoReferencia") -> Reply:
    """Nothing of this name that the caller may see."""
    return Verdict("GENE INFOR", "No existe la solicitud", ((field, "no existe"),)), []


def read_call(body: bytes) -> Call:
    """The operation in an envelope. Raises NotSoap."""
    try:
        envelope = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise NotSoap(str(wrong)) from wrong
    soap_body = _child(envelope, "Body")
    if soap_body is None or len(soap_body) == 0:
        raise NotSoap("the envelope has no operation in its Body")
    return Call(_local(soap_body[0]), soap_body[0])


def write_reply(prefix: str, operation: str, verdict: Verdict, fields: list[Field]) -> bytes:
    """The envelope of a reply."""
    answer: list[Field] = [
        ("nc:codigoRespuesta", verdict.code),
        ("nc:descripcion", verdict.text[:512]),
    ]
    for name, why in verdict.wrong_fields:
        answer.append(("nc:campoErroneo", [("nc:nombre", name), ("nc:descripcion", why)]))
    name = f"{prefix}:{operation}Respuesta"
    inside = _rendered([("nc:respuesta", answer), *fields])
    spaces = f'xmlns:{prefix}="{MODULES[prefix]}" xmlns:nc="{NC}"'
    return _wrapped(f"<{name} {spaces}>{inside}</{name}>")


def write_fault(text: str, *, whose: str = "Server") -> bytes:
    """The envelope of a fault: of the service (``Server``) or of the caller (``Client``)."""
    return _wrapped(
        f"<soapenv:Fault><faultcode>soapenv:{whose}</faultcode>"
        f"<faultstring>{escape(text)}</faultstring></soapenv:Fault>"
    )


def written(moment: Moment) -> str:
    """An instant as the hub writes it: local, without offset."""
    return local(moment).replace(tzinfo=None).isoformat(timespec="seconds")


def read_moment(text: str) -> Moment | None:
    """An instant, with offset or (then local) without; None if it is not one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return utc(moment if moment.tzinfo else moment.replace(tzinfo=ZONE))


def _wrapped(inside: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}">'
        f"<soapenv:Body>{inside}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def _rendered(fields: list[Field]) -> str:
    parts = []
    for name, value in fields:
        inside = escape(value) if isinstance(value, str) else _rendered(value)
        parts.append(f"<{name}>{inside}</{name}>")
    return "".join(parts)


def _local(element: Element) -> str:
    return re.sub(r"^\{[^}]*\}", "", element.tag)


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if _local(child) == name), None)

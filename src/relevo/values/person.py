"""Who holds a line: name and document. The letter at the end of a document is proved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.es import cif, dni, nie

from relevo.values.malformed import Malformed


class DocumentType(StrEnum):
    """Kinds of document as the clearing houses name them (facts/porting-es.md, 2.2)."""

    NIF = "NIF"
    NIE = "NIE"
    CIF = "CIF"
    PAS = "PAS"


class MalformedDocument(Malformed):
    """The number is not that of such a document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that identifies a holder; its number without separators, in capitals."""

    type: DocumentType
    number: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The person or company in whose name a line is."""

    name: str
    document: Document
    business: bool


_SEPARATORS = re.compile(r"[\s.\-/]+")
_NIF = re.compile(r"(?:\d{8}|[KLM]\d{7})[A-Z]")  # K, L, M: people without a DNI
_NIE = re.compile(r"[XYZ]\d{7}[A-Z]")
_CIF = re.compile(r"[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J]")
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
_LETTER_ONLY = "NPQRSW"  # companies whose control character is a letter (Orden EHA/451/2008)
_DIGIT_ONLY = "ABEH"

_SHAPES = {
    DocumentType.NIF: (_NIF, "eight digits and a letter, for example 12345678Z"),
    DocumentType.NIE: (_NIE, "X, Y or Z, seven digits and a letter, for example X2482300W"),
    DocumentType.CIF: (_CIF, "a letter, seven digits and a control character, as in B99286320"),
    DocumentType.PAS: (_PASSPORT, "5 to 15 letters and digits"),
}


def parse_document(type_: str, number: str) -> Document:
    """Read a document. Raises MalformedDocument, which says what the last character should be."""
    try:
        kind = DocumentType(type_.strip().upper())
    except ValueError as wrong:
        raise MalformedDocument(
            f"{type_!r} is not a type of document", "write NIF, NIE, CIF or PAS", "unknown_type"
        ) from wrong
    clean = _SEPARATORS.sub("", number).upper()
    shape, said = _SHAPES[kind]
    if not (clean.isascii() and shape.fullmatch(clean)):
        raise MalformedDocument(
            f"{number!r} is not a {kind} number{_other_kind(kind, clean)}",
            f"a {kind} is {said}",
            "wrong_shape",
            (kind.value,),
        )
    expected = _control(kind, clean)
    if expected and clean[-1] not in expected:
        raise MalformedDocument(
            f"the last character of {number!r} should be {' or '.join(expected)}, not {clean[-1]}",
            "compare it with the document; one character is wrong or two are swapped",
            "wrong_control",
            (expected,),
        )
    return Document(kind, clean)


def _control(kind: DocumentType, number: str) -> str:
    """The characters that may stand at the end; empty when there is no control."""
    match kind:
        case DocumentType.NIF:
            return str(dni.calc_check_digit(number[:-1].lstrip("KLM")))
        case DocumentType.NIE:
            return str(nie.calc_check_digit(number[:-1]))
        case DocumentType.CIF:
            either = str(cif.calc_check_digits(number[:-1]))  # the digit, then the letter
            if number[0] in _LETTER_ONLY:
                return either[1]
            return either[0] if number[0] in _DIGIT_ONLY else either
        case DocumentType.PAS:
            return ""


def _other_kind(kind: DocumentType, number: str) -> str:
    for other in (DocumentType.NIF, DocumentType.NIE, DocumentType.CIF):
        if other is not kind and _SHAPES[other][0].fullmatch(number):
            return f" (it looks like a {other})"
    return ""

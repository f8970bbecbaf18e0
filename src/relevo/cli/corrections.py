"""What a person says is another now of a request, read from ``field=value``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from relevo.cli.app import WRONG_INPUT
from relevo.cli.people import fail

if TYPE_CHECKING:
    from relevo.desk.acts import Correction
    from relevo.values.person import Holder

FIELDS = ("name", "document", "card", "payment")


def correction_given(said: Sequence[str]) -> Correction:
    """All of it; a fault of a field is told to the person."""
    from relevo.desk.acts import Correction  # noqa: PLC0415
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.simcard import parse_iccid  # noqa: PLC0415

    given = dict(each.partition("=")[::2] for each in said)
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        fail(f"--correct: {unknown[0]!r} is not one of {', '.join(FIELDS)}", WRONG_INPUT)
    payments = {"": None, "prepaid": True, "postpaid": False}
    if given.get("payment", "") not in payments:
        fail("--correct: payment is prepaid or postpaid", WRONG_INPUT)
    try:
        return Correction(
            holder=_holder(given.get("name", ""), given.get("document", "")),
            donor_iccid=parse_iccid(given["card"]) if given.get("card") else None,
            prepaid=payments[given.get("payment", "")],
        )
    except Malformed as wrong:
        fail(f"--correct: {wrong}", WRONG_INPUT)


def _holder(name: str, document: str) -> Holder | None:
    from relevo.values.person import DocumentType, Holder, parse_document  # noqa: PLC0415

    if not (name or document):
        return None
    if not (name and document):
        fail("--correct: give both name and document of the holder", WRONG_INPUT)
    kind, _, number = document.partition(":")
    read = parse_document(kind, number)
    return Holder(name, read, business=read.type is DocumentType.CIF)

"""Checks a party: every field on its own, all faults at once, one message for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from relevo.customers.model import LANGUAGES, FieldFault, PartyDraft
from relevo.values.address import Address, MalformedAddress, parse_address
from relevo.values.malformed import Malformed
from relevo.values.msisdn import Msisdn, parse_msisdn
from relevo.values.person import Document, Holder, parse_document

_EMAIL = re.compile(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+\.[^@\s.<>\"(),:;]{2,}")
EMAIL_MAX = 254
TEXT_MAX = 100
"""Letters of a name, a street, a town: what fits on a label and into a hub's field."""

_NOT_WRITTEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "So", "Zl", "Zp"})
"""Kinds of sign that stand on no document and no label: controls, marks of direction, pictures."""

TownFits = Callable[[str, str, str], str | None]
"""Postcode, city, province: None when they fit, else what the postcode belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedParty:
    """A party whose every field is right."""

    holder: Holder
    language: str
    email: str
    contact: Msisdn
    address: Address


def check_party(
    draft: PartyDraft, *, moving: frozenset[Msisdn], town_fits: TownFits
) -> CheckedParty | tuple[FieldFault, ...]:
    """The party, or all that is wrong with it. ``moving`` are the numbers that change operator."""
    faults: list[FieldFault] = []
    name = " ".join(draft.name.split())
    faults += _text("customer.name", name, "name", "write the holder's name as in the document")
    if draft.language not in LANGUAGES:
        known = " or ".join(LANGUAGES)
        why = f"there are no texts in {draft.language!r}"
        faults.append(FieldFault("customer.language", why, f"write {known}"))
    email = draft.email.strip()
    if not (len(email) <= EMAIL_MAX and email.isprintable() and _EMAIL.fullmatch(email)):
        why, remedy = "not an e-mail address", "write it as in name@domain.example"
        code = "not_an_address" if email else "empty"
        shown = repr(draft.email[:TEXT_MAX])
        faults.append(FieldFault("customer.email", f"{shown} is {why}", remedy, code))
    document = _document(draft, faults)
    contact = _contact(draft, moving, faults)
    address = _address(draft, town_fits, faults)
    if faults or document is None or contact is None or address is None:
        return tuple(faults)
    return CheckedParty(
        holder=Holder(name, document, draft.business),
        language=draft.language,
        email=email,
        contact=contact,
        address=address,
    )


def _document(draft: PartyDraft, faults: list[FieldFault]) -> Document | None:
    try:
        return parse_document(draft.document_type, draft.document_number)
    except Malformed as wrong:
        known = draft.document_type.strip().upper() in {"NIF", "NIE", "CIF", "PAS"}
        field = f"customer.document.{'number' if known else 'type'}"
        code = wrong.code if draft.document_number.strip() else "empty"
        faults.append(FieldFault(field, wrong.why, wrong.remedy, code, wrong.about))
        return None


def _contact(
    draft: PartyDraft, moving: frozenset[Msisdn], faults: list[FieldFault]
) -> Msisdn | None:
    try:
        contact = parse_msisdn(draft.contact)
    except Malformed as wrong:
        code = wrong.code if draft.contact.strip() else "empty"
        faults.append(FieldFault("customer.contact", wrong.why, wrong.remedy, code))
        return None
    if contact in moving:
        why = f"{contact} is one of the numbers that move"
        remedy = "give a number that stays reachable while the others change operator"
        faults.append(FieldFault("customer.contact", why, remedy, "moves"))
        return None
    return contact


def _address(draft: PartyDraft, town_fits: TownFits, faults: list[FieldFault]) -> Address | None:
    wrong_parts = [
        fault
        for part in ("street", "postcode", "city", "province")
        for fault in _text(
            f"customer.address.{part}", getattr(draft, part).strip(), part, f"write the {part}"
        )
    ]
    if wrong_parts:
        faults += wrong_parts
        return None
    try:
        address = parse_address(
            street=draft.street,
            postcode=draft.postcode,
            city=draft.city,
            province=draft.province,
        )
    except MalformedAddress as wrong:
        field = "customer.address.postcode"
        faults.append(FieldFault(field, wrong.why, wrong.remedy, wrong.code))
        return None
    belongs = town_fits(address.postcode, address.city, address.province)
    if belongs is None:
        return address
    why = f"{address.postcode} is not a postcode of {address.city}; it belongs to {belongs}"
    remedy = "correct the postcode or the town: a parcel follows the postcode"
    about = (address.postcode, address.city, belongs)
    faults.append(FieldFault("customer.address.postcode", why, remedy, "other_town", about))
    return None


def _text(field: str, text: str, part: str, remedy: str) -> list[FieldFault]:
    """What is wrong with a text that people write on labels and hubs compare."""
    if not text:
        return [FieldFault(field, f"the {part} is empty", remedy, "empty")]
    if len(text) > TEXT_MAX:
        why = f"the {part} has {len(text)} letters, and {TEXT_MAX} is the most"
        return [FieldFault(field, why, "write it shorter", "too_long", (str(TEXT_MAX),))]
    if any(unicodedata.category(sign) in _NOT_WRITTEN for sign in text):
        why = f"the {part} has signs that no label shows"
        return [FieldFault(field, why, "write letters and digits only", "odd_signs")]
    return []

"""Checks a party: every field on its own, all faults at once, one message for each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from relevo.customers.model import LANGUAGES, FieldFault, PartyDraft
from relevo.values.address import Address, MalformedAddress, parse_address
from relevo.values.malformed import Malformed
from relevo.values.msisdn import Msisdn, parse_msisdn
from relevo.values.person import Document, Holder, parse_document

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")

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
    if not name:
        faults.append(FieldFault("customer.name", "the name is empty", "write the holder's name"))
    if draft.language not in LANGUAGES:
        known = " or ".join(LANGUAGES)
        why = f"there are no texts in {draft.language!r}"
        faults.append(FieldFault("customer.language", why, f"write {known}"))
    email = draft.email.strip()
    if not _EMAIL.fullmatch(email):
        remedy = "write it as in name@domain.example"
        faults.append(
            FieldFault("customer.email", f"{draft.email!r} is not an e-mail address", remedy)
        )
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
        faults.append(FieldFault(field, wrong.why, wrong.remedy))
        return None


def _contact(
    draft: PartyDraft, moving: frozenset[Msisdn], faults: list[FieldFault]
) -> Msisdn | None:
    try:
        contact = parse_msisdn(draft.contact)
    except Malformed as wrong:
        faults.append(FieldFault("customer.contact", wrong.why, wrong.remedy))
        return None
    if contact in moving:
        why = f"{contact} is one of the numbers that move"
        remedy = "give a number that stays reachable while the others change operator"
        faults.append(FieldFault("customer.contact", why, remedy))
        return None
    return contact


def _address(draft: PartyDraft, town_fits: TownFits, faults: list[FieldFault]) -> Address | None:
    address = None
    for part in ("street", "postcode", "city", "province"):
        if not getattr(draft, part).strip():
            field = f"customer.address.{part}"
            faults.append(FieldFault(field, f"the {part} is empty", f"write the {part}"))
            return None
    try:
        address = parse_address(
            street=draft.street,
            postcode=draft.postcode,
            city=draft.city,
            province=draft.province,
        )
    except MalformedAddress as wrong:
        faults.append(FieldFault("customer.address.postcode", wrong.why, wrong.remedy))
        return None
    belongs = town_fits(address.postcode, address.city, address.province)
    if belongs is None:
        return address
    why = f"{address.postcode} is not a postcode of {address.city}; it belongs to {belongs}"
    remedy = "correct the postcode or the town: a parcel follows the postcode"
    faults.append(FieldFault("customer.address.postcode", why, remedy))
    return None

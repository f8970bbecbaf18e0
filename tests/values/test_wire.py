"""Every value survives JSON by its annotations: facts are stored with it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from relevo.porting.profile import Rejection, RejectionReason, Resubmit, WhoActs, Window
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.money import Money
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import Iccid


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """One of each."""

    holder: Holder
    address: Address
    fee: Money
    number: Msisdn
    iccid: Iccid | None
    window: Window
    rejection: Rejection


def test_values_come_back_from_json_as_they_were() -> None:
    stored = Everything(
        holder=Holder("Ana Núñez", Document(DocumentType.NIE, "X2482300W"), business=False),
        address=Address("Calle Mayor 1", "50003", "Zaragoza", "Zaragoza"),
        fee=Money(500, "EUR"),
        number=Msisdn("+34600000102"),
        iccid=Iccid("8934071100000000012"),
        window=Window(instant("2019-01-18T01:00:00Z"), instant("2019-01-18T05:00:00Z")),
        rejection=Rejection(
            "RECH_NORES",
            RejectionReason.NO_ANSWER,
            WhoActs.NOBODY,
            Resubmit.AT_ONCE,
            "rejection.no_answer",
        ),
    )
    assert msgspec.json.decode(msgspec.json.encode(stored), type=Everything) == stored

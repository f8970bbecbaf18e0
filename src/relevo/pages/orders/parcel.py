"""``/desk/orders/<key>/parcels/<line>``: where a card is, and whether it goes where it should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.pages.console import console_of
from relevo.pages.guard import NotFound, field
from relevo.pages.orders.opened import labels_of, open_order
from relevo.pages.page import go, page
from relevo.sims.dispatch.messages import (
    CardInHand,
    ConfirmDelivery,
    ContestDelivery,
    DeliverElsewhere,
    ParcelOrdered,
)
from relevo.sims.dispatch.model import Dispatch, Phase
from relevo.tracking.replay import stops_of
from relevo.values.address import Address, MalformedAddress, parse_address
from relevo.values.ids import READABLE, code

DISPATCH = "sims.dispatch"
MENDS = "mend_parcels"
_MAY_BE_SENT_ELSEWHERE = frozenset({Phase.TIED, Phase.ORDERED, Phase.ON_ITS_WAY, Phase.TROUBLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One part of an address: as the customer ordered it, and as the parcel has it."""

    name: str
    ordered: str
    sent: str
    agrees: bool


def show_parcel(request: Request) -> Response:
    """The parcels of one line, the last one first."""
    key, name = request.path_params["key"], request.path_params["line"]
    opened = open_order(request, key, subject=f"parcel:{name}")
    assert opened.picture is not None
    line = opened.picture.line(name)
    parcels = [
        state
        for process_id, state in opened.of_kind(Dispatch).items()
        if process_id.startswith(f"{key}/card/{name}/")
    ]
    if line is None or not parcels:
        raise NotFound(f"{key}/parcels/{name}")
    parcel = parcels[-1]
    facts = opened.facts_of(parcel.id)
    party = opened.picture.customer
    printed = [f.fact for f in facts if isinstance(f.fact, ParcelOrdered)]
    proofs = [f.fact for f in facts if isinstance(f.fact, CardInHand)]
    return page(
        request,
        "orders/parcel.html",
        opened=opened,
        veil=opened.veil,
        picture=opened.picture,
        line=line,
        parcel=parcel,
        others=parcels[:-1],
        rows=_rows(party.address if party else None, parcel.address),
        printed=printed[-1].printed if printed else (),
        proof=proofs[-1] if proofs else None,
        stops=[*reversed(stops_of(facts, labels_of(request)))],
        acts=_acts(parcel) if opened.session.may(MENDS) else (),
        seen=opened.records[-1].seq,
        done=request.query_params.get("done", ""),
        active="",
    )


def _rows(ordered: Address | None, sent: Address | None) -> list[Row]:
    names = ("street", "postcode", "city", "province")
    return [
        Row(
            name=name,
            ordered=getattr(ordered, name, ""),
            sent=getattr(sent, name, ""),
            agrees=getattr(ordered, name, "") == getattr(sent, name, ""),
        )
        for name in names
    ]


def _acts(parcel: Dispatch) -> tuple[str, ...]:
    if parcel.phase in _MAY_BE_SENT_ELSEWHERE:
        return ("redirect", "confirm_delivery")
    return ("contest",) if parcel.phase is Phase.DELIVERED else ()


def act_on_parcel(request: Request) -> Response:
    """Send it elsewhere, or write down that the customer has it, or does not have it."""
    key, name = request.path_params["key"], request.path_params["line"]
    opened = open_order(request, key, subject=f"parcel:{name}")
    where = f"/desk/orders/{key}/parcels/{name}"
    process_id, act = field(request, "parcel"), field(request, "act")
    parcel = opened.states.get(process_id)
    if not isinstance(parcel, Dispatch) or parcel.line != name:
        raise NotFound(process_id)
    reason = field(request, "reason")
    if not reason:
        return go(f"{where}?done=no_reason")
    if act not in _acts(parcel):
        return go(f"{where}?done=over")
    by = opened.session.staff
    message: object
    match act:
        case "redirect":
            said = {
                each: field(request, each) for each in ("street", "postcode", "city", "province")
            }
            address = _address(said)
            if address is None:
                return go(f"{where}?done=no_address")
            message = DeliverElsewhere(address=address, on=None, by=by, channel="call")
        case "confirm_delivery":
            message = ConfirmDelivery(by=by, channel="call")
        case _:
            message = ContestDelivery(by=by, channel="call")
    console = console_of(request)
    told = (process_id, act, field(request, "seen"), by, reason)
    console.engine.tell(DISPATCH, process_id, message, key=f"page-{code(16, READABLE, *told)}")
    with console.acting() as connection:
        note_act(
            connection,
            opened.session,
            f"sims.{act}",
            at=console.now(),
            family=key,
            subject=process_id,
            reason=reason,
        )
    return go(f"{where}?done={act}")


def _address(said: Mapping[str, str]) -> Address | None:
    try:
        return parse_address(**said)
    except MalformedAddress:
        return None

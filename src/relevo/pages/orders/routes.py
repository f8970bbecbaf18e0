"""The addresses of this area."""

from __future__ import annotations

from starlette.routing import Route

from relevo.care.documents import FILE_MAX_BYTES
from relevo.pages.guard import BODY_MAX_BYTES, staff
from relevo.pages.orders.acts import TENDS, do_act
from relevo.pages.orders.case import WRITES, check_reply, reply, show_case
from relevo.pages.orders.case_present import say_here
from relevo.pages.orders.complaint import act_on_complaint, show_complaints
from relevo.pages.orders.evidence import download_evidence, take_evidence
from relevo.pages.orders.line import show_line
from relevo.pages.orders.overview import show_order
from relevo.pages.orders.pack import download_pack
from relevo.pages.orders.parcel import MENDS, act_on_parcel, show_parcel
from relevo.pages.orders.phone import check_told
from relevo.pages.orders.port import show_port
from relevo.pages.orders.replay import show_replay

_RIGHT = "read_orders"

ROUTES: list[Route] = [
    staff("/desk/orders/{key}", show_order, right=_RIGHT),
    staff("/desk/orders/{key}/lines/{line}", show_line, right=_RIGHT),
    staff("/desk/orders/{key}/parcels/{line}", show_parcel, right=_RIGHT),
    staff("/desk/orders/{key}/parcels/{line}", act_on_parcel, "POST", right=MENDS),
    staff("/desk/orders/{key}/case", show_case, right=_RIGHT),
    staff("/desk/orders/{key}/case/check", check_reply, "POST", right=WRITES),
    staff("/desk/orders/{key}/case/present", say_here, "POST", right=_RIGHT),
    staff("/desk/orders/{key}/case/told", check_told, "POST", right=TENDS),
    staff("/desk/orders/{key}/case/reply", reply, "POST", right=WRITES),
    staff(
        "/desk/orders/{key}/case/evidence",
        take_evidence,
        "POST",
        right=TENDS,
        body_max_bytes=FILE_MAX_BYTES + BODY_MAX_BYTES,
    ),
    staff("/desk/orders/{key}/case/evidence/{sha256}", download_evidence, right=TENDS),
    staff("/desk/orders/{key}/case/pack", download_pack, right=TENDS),
    staff("/desk/orders/{key}/complaints", show_complaints, right=_RIGHT),
    staff("/desk/orders/{key}/complaints", act_on_complaint, "POST", right=TENDS),
    staff("/desk/orders/{key}/replay", show_replay, right=_RIGHT),
    staff("/desk/orders/{key}/acts", do_act, "POST", right=_RIGHT),
    staff("/desk/ports/{process:path}", show_port, right=_RIGHT),
]

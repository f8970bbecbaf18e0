"""The addresses of the customer's page: his own, and the same for the agent beside him."""

from __future__ import annotations

from starlette.routing import Route

from relevo.care.documents import FILE_MAX_BYTES
from relevo.pages.customer import acting, complaining, showing
from relevo.pages.customer.opening import HOME
from relevo.pages.guard import BODY_MAX_BYTES, Handler, customer, staff

AS_CUSTOMER = "/desk/orders/{order}/as-customer"
_UPLOAD_MAX_BYTES = FILE_MAX_BYTES + BODY_MAX_BYTES

_READ: tuple[tuple[str, Handler], ...] = (
    ("", showing.show),
    ("/chat", showing.chat_state),
    ("/letters/{letter}", showing.letter),
    ("/documents/{sha256}", showing.document),
    ("/evidence", showing.evidence_form),
    ("/call-off", acting.call_off_form),
    ("/complaint", complaining.complaint_form),
    ("/lines/{line}/delivery", acting.delivery_form),
    ("/lines/{line}/card", acting.card_form),
    ("/lines/{line}/test", acting.test_form),
)
_DO: tuple[tuple[str, Handler], ...] = (
    ("/ask", acting.ask),
    ("/call-off", acting.call_off),
    ("/complaint", complaining.complain),
    ("/complaints/{complaint}", complaining.complete),
    ("/lines/{line}/decision", acting.decide),
    ("/lines/{line}/receipt", acting.receipt),
    ("/lines/{line}/delivery", acting.deliver),
    ("/lines/{line}/card", acting.present_card),
    ("/lines/{line}/test", acting.take_test),
)

ROUTES: list[Route] = [
    *(customer(HOME + path, handler) for path, handler in _READ),
    *(customer(HOME + path, handler, "POST") for path, handler in _DO),
    customer(f"{HOME}/evidence", showing.take_evidence, "POST", body_max_bytes=_UPLOAD_MAX_BYTES),
    *(staff(AS_CUSTOMER + path, handler, right="read_orders") for path, handler in _READ),
    *(staff(AS_CUSTOMER + path, handler, "POST", right="read_orders") for path, handler in _DO),
    staff(
        f"{AS_CUSTOMER}/evidence",
        showing.take_evidence,
        "POST",
        right="read_orders",
        body_max_bytes=_UPLOAD_MAX_BYTES,
    ),
]

"""What one test call heard, kept as it came; and what of it may be said of the number. Pure.

Gateways differ in their codes: so the raw code, the cause beside it and who sent them are kept, and
only the reading may change. A code is read as rights-care 5.2 has it, with three cares:

* **A failed look-up is not an answer.** Silence, 404 for want of a route (cause 2 or 3), and a 408
  with which a network gives up another one say nothing of the number, whatever the code.
* **An announcement is not an answer either**, though somebody speaks: early sound (183) with a
  cause, or a 200 of a machine that says so (a cause, or ``annc`` as RFC 4240 names it), is read by
  its cause.
* A phone that rang is reached: nobody needs to take a test call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from relevo.adapters.probes_sip.call import Call
from relevo.values.moment import Moment

_UNALLOCATED = 1
_NO_REPLY = (18, 19)
_CLEARED = 16  # an ordinary end of a call
_ANNOUNCER = re.compile(r"sip:annc[@;]")  # RFC 4240 3
_OF_CAUSE: Mapping[int, int] = {
    1: 404,
    17: 486,
    18: 408,
    19: 480,
    20: 480,
    21: 403,
    22: 410,
    27: 502,
    28: 484,
    38: 503,
    41: 503,
    42: 503,
    55: 403,
    57: 403,
}
"""The SIP status of a cause that was announced (rights-care 5.2). Others say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One test call. ``code`` None: nobody answered at all."""

    subject: str
    origin: str
    at: Moment
    took_ms: int
    code: int | None
    phrase: str = ""
    cause: int | None = None
    emitter: str = ""  # who sent the code: its Server header, else its tag
    is_announcement: bool = False
    rang: bool = False

    @property
    def status(self) -> int | None:
        """What may be said of the number, as a SIP status; None when nothing may."""
        if self.is_announcement:
            return _OF_CAUSE.get(self.cause) if self.cause is not None else None
        if self.code == 487 and self.rang:
            return 180  # it rang until we hung up
        if self.code == 404 and self.cause not in {None, _UNALLOCATED}:
            return None
        if self.code == 408 and not (self.rang or self.cause in _NO_REPLY):
            return None
        return self.code


def heard_in(call: Call, origin: str, at: Moment) -> Heard:
    """What the call heard, which was made at ``at``."""
    said = call.announced or call.final
    took_ms = round((call.ended - call.began) * 1000)
    if said is None:
        code = 487 if call.is_ringing else None  # it rang, and our hanging up was not confirmed
        return Heard(
            subject=call.dial.number,
            origin=origin,
            at=at,
            took_ms=took_ms,
            code=code,
            rang=call.is_ringing,
        )
    return Heard(
        subject=call.dial.number,
        origin=origin,
        at=at,
        took_ms=took_ms,
        code=said.status,
        phrase=said.phrase,
        cause=said.cause,
        emitter=said.server or said.tag,
        is_announcement=_is_announced(call),
        rang=call.is_ringing or 200 <= said.status < 300,  # the word of it may be overtaken
    )


def _is_announced(call: Call) -> bool:
    if call.announced is not None:
        return True
    final = call.final
    if final is None or final.status >= 300:
        return False
    return final.cause not in {None, _CLEARED} or bool(_ANNOUNCER.match(final.contact))

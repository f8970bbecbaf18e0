"""The server of eSIM profiles (SM-DP+), spoken to over ES2+ (SGP.22; components.md 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from relevo.simulators.feed import Answers, Feed
from relevo.simulators.http import Answer, Asked, BadRequest, Route
from relevo.simulators.stage import Stage
from relevo.values.ids import READABLE, code

ADDRESS = "smdp.relevo.example"
PROTOCOL = {"X-Admin-Protocol": "gsma/rsp/v2.5.0"}
DOWNLOADED, INSTALLED = 3, 4  # notificationPointId, rights-care 4.3


@dataclass(slots=True)
class Profile:
    """One profile; states as in SGP.22: Allocated, Linked, Confirmed, Released, Installed."""

    iccid: str
    eid: str | None
    state: str
    matching_id: str | None = None


class Refused(ValueError):
    """An order that cannot be carried out, with the codes of the specification."""

    def __init__(self, subject: str, reason: str, text: str) -> None:
        super().__init__(text)
        self.subject = subject
        self.reason = reason


class ProfileServer:
    """Orders, confirmations and releases; what a phone does with a profile comes as events."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._profiles: dict[str, Profile] = {}
        self._events = Feed()
        self._answers: Answers[Answer] = Answers()

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        functions: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "downloadOrder": self._order,
            "confirmOrder": self._confirm,
            "releaseProfile": self._release,
            "cancelOrder": self._cancel,
        }
        addresses = [
            Route(self._stage, "POST", f"/gsma/rsp2/es2plus/{name}", self._function(name, carry))
            for name, carry in functions.items()
        ]
        return [*addresses, Route(self._stage, "GET", "/es2plus/events", self._list_events)]

    def install(self, matching_id: str) -> str | None:
        """A phone scans the code and installs the profile; its ICCID, or None if it may not."""
        for profile in self._profiles.values():
            if profile.matching_id == matching_id and profile.state == "Released":
                self._report(profile, "downloaded", DOWNLOADED)
                profile.state = "Installed"
                self._report(profile, "installed", INSTALLED)
                return profile.iccid
        return None

    def _function(
        self, name: str, carry: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> Callable[[Asked], Answer]:
        def serve(asked: Asked) -> Answer:
            order: dict[str, Any] = asked.read(dict[str, Any])
            header = order.get("header")
            call = header.get("functionCallIdentifier") if isinstance(header, dict) else None
            if not isinstance(call, str) or not call:
                raise BadRequest("header.functionCallIdentifier: name this call")
            return self._answers.once(f"{name} {call}", lambda: _executed(carry, order))

        return serve

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        call = str(order["header"]["functionCallIdentifier"])
        iccid = _bare(order.get("iccid")) or _new_iccid(call)
        known = self._profiles.get(iccid)
        if known is not None and known.state not in ("Allocated", "Linked"):
            raise Refused("8.2.1", "3.3", "the profile is in use")
        eid = order.get("eid")
        self._profiles[iccid] = Profile(iccid, eid, "Linked" if eid else "Allocated")
        return {"iccid": _padded(iccid)}

    def _confirm(self, order: dict[str, Any]) -> dict[str, Any]:
        profile = self._found(order, "Allocated", "Linked")
        wanted = order.get("matchingId")
        profile.matching_id = wanted or code(16, READABLE, "matching", profile.iccid)
        profile.eid = order.get("eid") or profile.eid
        profile.state = "Confirmed"
        if order.get("releaseFlag"):
            profile.state = "Released"
            self._report(profile, "released", None)
        reply = {"matchingId": profile.matching_id, "smdpAddress": ADDRESS}
        return {"eid": profile.eid, **reply} if profile.eid else reply

    def _release(self, order: dict[str, Any]) -> dict[str, Any]:
        profile = self._found(order, "Confirmed")
        profile.state = "Released"
        self._report(profile, "released", None)
        return {}

    def _cancel(self, order: dict[str, Any]) -> dict[str, Any]:
        profile = self._found(order, "Allocated", "Linked", "Confirmed", "Released")
        del self._profiles[profile.iccid]
        return {}

    def _found(self, order: dict[str, Any], *states: str) -> Profile:
        profile = self._profiles.get(_bare(order.get("iccid")) or "")
        if profile is None:
            raise Refused("8.2.1", "3.9", "the ICCID is unknown")
        if profile.state not in states:
            raise Refused("8.2.1", "3.3", f"the profile is {profile.state}")
        return profile

    def _report(self, profile: Profile, status: str, point: int | None) -> None:
        self._events.add(
            {
                "at": self._stage.now(),
                "iccid": profile.iccid,
                "eid": profile.eid,
                "matching_id": profile.matching_id,
                "point": point,
                "status": status,
            }
        )
        self._stage.changed("esim")

    def _list_events(self, asked: Asked) -> Answer:
        return Answer(200, {"events": self._events.after(asked.after())})


def _executed(carry: Callable[[dict[str, Any]], dict[str, Any]], order: dict[str, Any]) -> Answer:
    try:
        rest = carry(order)
    except Refused as no:
        codes = {"subjectCode": no.subject, "reasonCode": no.reason, "message": str(no)}
        status: dict[str, Any] = {"status": "Failed", "statusCodeData": codes}
        return Answer(200, {"header": {"functionExecutionStatus": status}}, headers=PROTOCOL)
    status = {"status": "Executed-Success"}
    return Answer(200, {"header": {"functionExecutionStatus": status}, **rest}, headers=PROTOCOL)


def _bare(iccid: object) -> str | None:
    """Nineteen digits; on this wire an ICCID has 20 places and is filled up with F."""
    return iccid.rstrip("Ff") if isinstance(iccid, str) and iccid else None


def _padded(iccid: str) -> str:
    return iccid.ljust(20, "F")


def _new_iccid(call: str) -> str:
    """An ICCID of our own for an order that names none: 18 digits and their Luhn digit."""
    body = "893407" + code(12, "0123456789", "iccid", call)
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)

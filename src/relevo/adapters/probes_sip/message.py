"""SIP as far as a test call needs it (RFC 3261): our requests, and reading answers. Pure.

What is read here came over UDP from whoever liked to send it: anything that is not an answer to a
request is ``NotSip``, whatever it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COOKIE = "z9hG4bK"  # with which every branch begins (RFC 3261 8.1.1.7)
DATAGRAM_MAX = 65_535
_HEADERS_MAX = 200
_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_FIRST = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?")
_BRANCH = re.compile(r";\s*branch\s*=\s*([^\s;,]+)", re.IGNORECASE)
_TAG = re.compile(r";\s*tag\s*=\s*([^\s;,>]+)", re.IGNORECASE)
_CAUSE = re.compile(r"^\s*Q\.850\s*;(?:.*;)?\s*cause\s*=\s*(\d{1,3})(?!\d)", re.IGNORECASE)
_ADDRESS = re.compile(r"<([^<>]*)>")


class NotSip(ValueError):
    """The datagram is not an answer that SIP knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, as far as a caller looks at it."""

    status: int
    phrase: str
    call_id: str
    branch: str
    cseq: int
    method: str
    to: str  # whole: what comes after the answer repeats it
    contact: str  # the address alone; empty where there is none
    route: tuple[str, ...]  # as requests after it have to take it
    cause: int | None  # of ``Reason: Q.850``
    server: str
    has_media: bool

    @property
    def tag(self) -> str:
        """Who answered, among several that a call may reach."""
        found = _TAG.search(self.to)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """What all requests of one call have in common."""

    number: str
    caller: str
    proxy: str  # host:port
    local: str  # host:port
    call_id: str
    branch: str

    @property
    def target(self) -> str:
        """The address that is called."""
        return f"sip:{self.number}@{self.proxy};user=phone"

    def invite(self) -> bytes:
        """Ask for the call. No sound goes either way (``a=inactive``)."""
        host = self.local.rpartition(":")[0]
        sdp = (
            f"v=0\r\no=- 0 0 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            "m=audio 9 RTP/AVP 8\r\na=inactive\r\n"
        )
        more = (
            f"Contact: <sip:{self.caller}@{self.local}>\r\n"
            "Allow: INVITE, ACK, CANCEL, BYE\r\nContent-Type: application/sdp\r\n"
        )
        return self._request("INVITE", more=more, body=sdp)

    def cancel(self) -> bytes:
        """Take the request back; it is the same transaction."""
        return self._request("CANCEL")

    def refused(self, answer: Answer) -> bytes:
        """Acknowledge an answer that is no call (17.1.1.3: the same transaction)."""
        return self._request("ACK", to=answer.to)

    def accepted(self, answer: Answer) -> bytes:
        """Acknowledge a call (13.2.2.4: a transaction of its own)."""
        return self._request("ACK", to=answer.to, within=answer, suffix="a")

    def bye(self, answer: Answer) -> bytes:
        """Hang up."""
        return self._request("BYE", cseq=2, to=answer.to, within=answer, suffix="b")

    def _request(
        self,
        method: str,
        *,
        cseq: int = 1,
        to: str = "",
        within: Answer | None = None,
        suffix: str = "",
        more: str = "",
        body: str = "",
    ) -> bytes:
        target = self.target if within is None else within.contact or self.target
        route = () if within is None else within.route
        routes = "".join(f"Route: {each}\r\n" for each in route)
        # Of one that branched, each phone that took the call is hung up by itself.
        branch = self.branch + (suffix + within.tag if within is not None else "")
        return (
            f"{method} {target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.local};rport;branch={branch}\r\n"
            f"{routes}"
            "Max-Forwards: 70\r\n"
            f"From: <sip:{self.caller}@{self.local}>;tag={self.branch[len(COOKIE) :]}\r\n"
            f"To: {to or f'<{self.target}>'}\r\n"
            f"Call-ID: {self.call_id}\r\n"
            f"CSeq: {cseq} {method}\r\n"
            f"{more}"
            "User-Agent: relevo\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def read_answer(datagram: bytes) -> Answer:
    """Read an answer. Raises NotSip."""
    head, separator, body = datagram.partition(b"\r\n\r\n")
    if not separator:
        raise NotSip("it has no end of its headers")
    first, *lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace")).split("\r\n")
    status = _FIRST.fullmatch(first)
    if status is None or len(lines) > _HEADERS_MAX:
        raise NotSip("it does not begin as an answer does")
    found = _headers(lines)
    try:
        branch = _BRANCH.search(found["via"][0])
        cseq, _, method = found["cseq"][0].partition(" ")
        call_id, to = found["call-id"][0], found["to"][0]
    except KeyError as missing:
        raise NotSip(f"it has no {missing.args[0]}") from None
    if branch is None or not (cseq.isascii() and cseq.isdigit() and len(cseq) < 11):
        raise NotSip("its Via has no branch, or its CSeq no number")
    if int(found.get("content-length", ["0"])[0].strip().zfill(1)) > len(body):
        raise NotSip("it was cut off")
    return Answer(
        status=int(status[1]),
        phrase=status[2] or "",
        call_id=call_id,
        branch=branch[1],
        cseq=int(cseq),
        method=method.strip(),
        to=to,
        contact=_address(found.get("contact", [""])[0]),
        route=tuple(reversed(_listed(found.get("record-route", [])))),
        cause=_cause(found.get("reason", [])),
        server=found.get("server", [""])[0],
        has_media=bool(body.strip()),
    )


def _headers(lines: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise NotSip("a header has no colon")
        name = name.strip().lower()
        found.setdefault(_SHORT.get(name, name), []).append(value.strip())
    length = found.get("content-length", ["0"])[0]
    if not (length.isascii() and length.isdigit() and len(length) < 6):
        raise NotSip("its Content-Length is not a number")
    return found


def _listed(values: list[str]) -> list[str]:
    return [f"<{address}>" for value in values for address in _ADDRESS.findall(value)]


def _address(value: str) -> str:
    found = _ADDRESS.search(value)
    bare = found[1] if found else value.partition(";")[0].strip()
    return bare if bare.startswith("sip:") and not re.search(r"\s", bare) else ""


def _cause(values: list[str]) -> int | None:
    for value in values:
        for each in value.split(","):
            if (found := _CAUSE.match(each)) is not None:
                return int(found[1])
    return None

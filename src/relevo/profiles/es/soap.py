"""SOAP 1.1 envelopes: built by hand, read with care. Any bytes give a value or TheirFault.

Readers compare local names only: which of its namespaces the hub puts an element into differs
between its versions, and never carries meaning.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from relevo.profiles.es.hub_wire import WIRE
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import Moment

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
HUB = f"http://nc.aopm.es/{WIRE.text('soap.version')}"
ZONE = ZoneInfo("Europe/Madrid")
"""The hub's times without offset are local to it (facts/porting-es.md, 3.5)."""

REPLY_BYTES_MAX = 8_000_000
"""A page of notifications is a few hundred kilobytes; more than this is not read."""

register_namespace("soapenv", ENVELOPE)
register_namespace("nc", HUB)
for _module in ("acceso", "portabilidad", "boletin", "fichero"):
    register_namespace(_module[:3], f"{HUB}/{_module}")

_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
"""Years of this century only: a time at the edge of the calendar would upset sums made later."""

_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_BASE64_MAX = 6_000_000
_SECRET = re.compile(rb"(<(?:[\w.-]+:)?(?:codigoSesion|claveAcceso)(?:\s[^>]*)?>)[^<]*")
_UNSENDABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def envelope(operation: Element) -> bytes:
    """The whole message around one operation."""
    root = Element(f"{{{ENVELOPE}}}Envelope")
    SubElement(root, f"{{{ENVELOPE}}}Header")
    SubElement(root, f"{{{ENVELOPE}}}Body").append(operation)
    whole: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return whole


def put(parent: Element, name: str, text: str, *, namespace: str | None = None) -> Element:
    """Add a child with a text, in the namespace of its parent unless another is given."""
    if _UNSENDABLE.search(text):
        raise OurFault(name, "has a character that cannot be sent; remove it")
    child = nest(parent, name, namespace=namespace)
    child.text = text
    return child


def nest(parent: Element, name: str, *, namespace: str | None = None) -> Element:
    """Add a child for others to go into."""
    inherited = parent.tag.partition("}")[0].lstrip("{")
    return SubElement(parent, f"{{{namespace or inherited}}}{name}")


def body_of(sent: bytes) -> Element:
    """The one element inside the body of a message."""
    if len(sent) > REPLY_BYTES_MAX:
        raise TheirFault(f"the message has {len(sent)} bytes, more than {REPLY_BYTES_MAX}", sent)
    try:
        root: Element = fromstring(sent, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise TheirFault(f"not an XML message: {wrong}", sent) from wrong
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        raise TheirFault(f"not a SOAP 1.1 envelope but {root.tag[:80]!r}", sent)
    body = child(root, "Body")
    if body is None or len(body) != 1:
        raise TheirFault("the body of the envelope does not hold exactly one element", sent)
    return body[0]


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def child(parent: Element, name: str) -> Element | None:
    """The first child of that name."""
    return next(children(parent, name), None)


def children(parent: Element, name: str) -> Iterator[Element]:
    """All children of that name, in order."""
    return (element for element in parent if local_name(element) == name)


def text_in(parent: Element, name: str, *, max_length: int = 512) -> str | None:
    """The text of a child; None when it is absent or empty."""
    found = child(parent, name)
    text = ("" if found is None else found.text or "").strip()
    if len(text) > max_length:
        raise TheirFault(f"{name} has {len(text)} characters, more than {max_length}", text)
    return text or None


def needed(parent: Element, name: str) -> str:
    """The text of a child that must be there."""
    text = text_in(parent, name)
    if text is None:
        raise TheirFault(f"{local_name(parent)} has no {name}")
    return text


def matching(parent: Element, name: str, pattern: re.Pattern[str]) -> str:
    """The text of a child that must be there and have a form."""
    text = needed(parent, name)
    if not pattern.fullmatch(text):
        raise TheirFault(f"{name} is {text[:80]!r}, which it cannot be", text)
    return text


def moment_in(parent: Element, name: str) -> Moment | None:
    """An xs:dateTime, in UTC; without offset it is the hub's local time."""
    text = text_in(parent, name)
    if text is None:
        return None
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError("not an xs:dateTime of this century")
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=ZONE)).astimezone(UTC)
    except ValueError as wrong:
        raise TheirFault(f"{name} is {text[:80]!r}, not a time: {wrong}", text) from wrong


def count_in(parent: Element, name: str) -> int:
    """A number that must be there."""
    return int(matching(parent, name, _COUNT))


def truth_in(parent: Element, name: str) -> bool:
    """An xs:boolean that must be there."""
    text = needed(parent, name)
    if text not in _TRUTH:
        raise TheirFault(f"{name} is {text[:80]!r}, neither true nor false", text)
    return _TRUTH[text]


def bytes_in(parent: Element, name: str) -> bytes:
    """An xs:base64Binary that must be there."""
    found = child(parent, name)
    text = "".join(("" if found is None else found.text or "").split())
    if not text or len(text) > _BASE64_MAX:
        raise TheirFault(f"{name} has {len(text)} characters; 1 to {_BASE64_MAX} are read")
    try:
        return b64decode(text, validate=True)
    except ValueError as wrong:
        raise TheirFault(f"{name} is not base64: {wrong}", text) from wrong


def sent_moment(moment: Moment, name: str) -> str:
    """A time for the hub: local, with its offset, to the second."""
    if moment.tzinfo is None:
        raise OurFault(name, "has no time zone")
    return moment.astimezone(ZONE).isoformat(timespec="seconds")


def masked(message: bytes) -> bytes:
    """A message without what opens the door: the key of a login, the session of a call."""
    return _SECRET.sub(rb"\1***", message)


def fitting(name: str, text: str, pattern: re.Pattern[str], said: str) -> str:
    """One of our own fields, which must have a form; ``said`` says it in words."""
    if not pattern.fullmatch(text):
        raise OurFault(name, f"{text!r} is not {said}")
    return text

"""Reads the inbox over REST, behind a place that we keep ourselves."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from relevo.adapters.http import Client, call, read_json
from relevo.notices.gateway import Inbound
from relevo.values.moment import Moment


class _Message(msgspec.Struct):
    seq: int
    at: Moment
    channel: str
    sender: str = msgspec.field(name="from")
    text: str = ""
    minutes: int | None = None


class _Listing(msgspec.Struct):
    messages: list[_Message]


class RestInbox:
    """An ``Inbox`` behind one address."""

    def __init__(self, http: Client) -> None:
        self._http = http

    def after(self, place: int) -> Sequence[Inbound]:
        """What came after this place."""
        response = call(self._http, "GET", "/mail/inbound", params={"after": place})
        return [
            Inbound(
                source="inbox",
                external_id=str(each.seq),
                seq=each.seq,
                at=each.at,
                channel=each.channel,
                sender=each.sender,
                text=each.text,
                minutes=each.minutes or 0,
            )
            for each in read_json(response, _Listing).messages
        ]

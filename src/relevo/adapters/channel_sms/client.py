"""Hands an SMS to the gateway. The key makes a repeated hand-over one SMS."""

from __future__ import annotations

from relevo.adapters.http import Client, call
from relevo.notices.voice.messages import SendMessage


class RestSms:
    """An ``OutgoingChannel`` for SMS."""

    def __init__(self, http: Client) -> None:
        self._http = http

    def send(self, message: SendMessage) -> None:
        """Hand it over."""
        order = {
            "key": message.message_key,
            "sender": message.sender,
            "to": message.to,
            "text": message.text,
        }
        call(self._http, "POST", "/mail/sms", json=order)

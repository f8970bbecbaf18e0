"""Carries out what a voice decided: hands messages to their channels."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.engine.performer import Errand, Performer, Permanent
from relevo.notices.gateway import OutgoingChannel
from relevo.notices.model import Channel
from relevo.notices.voice.messages import MessageDelivered, SendMessage


def performers(
    sms: OutgoingChannel, email: OutgoingChannel, social: OutgoingChannel | None = None
) -> dict[type, Performer]:
    """Who carries out which effect of ``notices.voice``."""
    channels = {Channel.SMS: sms, Channel.EMAIL: email} | (
        {Channel.SOCIAL: social} if social else {}
    )

    def send(message: SendMessage, _: Errand) -> Sequence[object]:
        if message.channel not in channels:
            there = ", ".join(channels)
            raise Permanent(f"there is no channel {message.channel!r} here; there are {there}")
        channels[Channel(message.channel)].send(message)
        return (MessageDelivered(message_key=message.message_key, channel=message.channel),)

    return {SendMessage: send}

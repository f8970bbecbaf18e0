"""Answers on open networks. Implements ``notices.gateway.OutgoingChannel``.

A post is begun in our own table before it goes out. One of which nobody knows whether it came to be
is looked for among our own posts before it is posted again, so that nobody reads it twice; the
server's own key against doubles holds for an hour only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from relevo.adapters.channel_social import ledger
from relevo.adapters.channel_social.network import GoneAway, Network, NotPosted, Saying
from relevo.adapters.channel_social.openly import public_text
from relevo.adapters.channel_social.threads import TooMuch, in_parts
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection, Lane
from relevo.engine.performer import Permanent, Temporary
from relevo.notices.belonging import order_of
from relevo.notices.voice.messages import SendMessage

_CLOCKS_DIFFER_BY = timedelta(minutes=5)


class SocialChannel:
    """Says to the account that is proven to be the customer's what his voice decided."""

    def __init__(self, network: Network, dsn: str, clock: Clock) -> None:
        self._network = network
        self._clock = clock
        self._lane = Lane(dsn, name="relevo social", autocommit=True)

    def send(self, message: SendMessage) -> None:
        """Under his last post; where everybody reads only what fits everybody. Raises Temporary,
        Permanent."""
        connection = self._lane.connection()
        order = order_of(message.message_key)
        account = ledger.account_of_order(connection, order) if order else ""
        if not account.startswith(f"{self._network.name}:"):
            raise Permanent("no account on an open network is proven to be this customer's")
        answers = ledger.last_of(connection, order, self._network.name, account)
        is_open = bool(answers) and self._may_be_open(connection, order, answers, message.text)
        self.post(message.message_key, account, message.text, answers=answers, is_open=is_open)

    def post(
        self, key: str, account: str, text: str, *, answers: str, is_open: bool = False
    ) -> None:
        """Post a text, in as many parts as it takes. Raises Temporary, Permanent."""
        try:
            parts = in_parts(text, self._network.measure(account))
        except TooMuch as much:
            raise Permanent(str(much)) from None
        saying = Saying(key="", account=account, text="", is_open=is_open, answers=answers)
        for number, part in enumerate(parts, start=1):
            reference = self._post_once(
                replace(saying, key=f"{key}:{number}", text=part), key, number
            )
            saying = replace(saying, answers=reference)

    def close(self) -> None:
        """Give the connections back."""
        self._network.close()
        self._lane.close()

    def _may_be_open(self, connection: Connection, order: str, reference: str, text: str) -> bool:
        people, keys = ledger.named(connection, order)
        return not public_text(text, people, keys) and bool(self._network.is_open(reference))

    def _post_once(self, saying: Saying, key: str, part: int) -> str:
        connection = self._lane.connection()
        begun = ledger.handed(connection, key, part)
        if begun is not None:
            reference = begun.reference or self._network.said(saying, begun.at - _CLOCKS_DIFFER_BY)
            if reference:
                ledger.settle(connection, key, part, reference)
                return reference
        ledger.hand(connection, key, part, self._network.name, self._clock.now())
        try:
            reference = self._say(saying)
        except NotPosted as refused:
            ledger.give_back(connection, key, part)
            if refused.is_final:
                raise Permanent(refused.reason) from refused
            after = None if refused.after_s is None else timedelta(seconds=refused.after_s)
            raise Temporary(refused.reason, after=after) from refused
        ledger.settle(connection, key, part, reference)
        return reference

    def _say(self, saying: Saying) -> str:
        try:
            return self._network.say(saying)
        except GoneAway:  # he took his post back: what we say of it is not for everybody then
            return self._network.say(replace(saying, answers="", is_open=False))

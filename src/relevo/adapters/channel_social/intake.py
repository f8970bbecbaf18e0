"""What is written to us on an open network, filed once; and the few things that we say ourselves.

Mentions and direct messages are read from the place up to which they were read before, which moves
when all of them are stored. Whoever has not proven whose order is his is a stranger: a person reads
him, and he is told once how to prove it.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from relevo.adapters.channel_social import ledger
from relevo.adapters.channel_social.account import SocialAccounts
from relevo.adapters.channel_social.channel import SocialChannel
from relevo.adapters.channel_social.codes import Proof, proof_in
from relevo.adapters.channel_social.ledger import Note
from relevo.adapters.channel_social.network import Network, Post
from relevo.engine.connection import Connection, Lane
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.notices.gateway import Inbound
from relevo.notices.intake import Vault, take
from relevo.notices.model import Channel
from relevo.values.moment import Moment

_LOG = logging.getLogger(__name__)
PROVE, PROVEN, SPOILT = "prove", "proven", "spoilt"


class SocialIntake:
    """Asks one network for what is new."""

    source = "social"

    def __init__(
        self,
        engine: Engine,
        dsn: str,
        network: Network,
        channel: SocialChannel,
        accounts: SocialAccounts,
        vault: Vault | None = None,
    ) -> None:
        self._engine = engine
        self._network = network
        self._channel = channel
        self._secret = accounts.secret
        self._texts = own_texts(accounts.language)
        self._every = timedelta(seconds=accounts.mastodon.look_every_s)
        self._vault = vault
        self._lane = Lane(dsn, name="relevo social intake", autocommit=True)
        self._due: Moment | None = None

    def poll(self) -> int:
        """Fetch everything that is new; how many messages voices got."""
        now = self._engine.clock.now()
        if self._due is not None and now < self._due:
            return 0
        self._due = now + self._every
        connection = self._lane.connection()
        told = 0
        try:
            place = ledger.place_of(connection, self._network.name)
            while (heard := self._network.heard(place)).place != place:
                told += sum(self._file(connection, post) for post in heard.posts)
                place = heard.place
                ledger.move_place(connection, self._network.name, place)
        except (Temporary, Permanent) as away:
            _LOG.warning("%s: %s", self._network.name, away.reason)
        self._say_notes(connection)
        return told

    def next_due(self) -> Moment | None:
        """When to ask again."""
        return self._due

    def close(self) -> None:
        """Give the connection back; the channel is closed by whoever made it."""
        self._lane.close()

    def _file(self, connection: Connection, post: Post) -> int:
        """One post with all that follows from it, in one transaction."""
        now, name = self._engine.clock.now(), self._network.name
        proof = proof_in(post.text, self._secret)
        with connection.transaction():
            if proof is not None and not post.is_by_machine:
                self._prove(connection, post, proof, now)
            order = ledger.order_of_account(connection, post.account)
            if not order and proof is None and not post.is_by_machine:
                asked = Note(post.account, PROVE, "", post.reference)
                ledger.note(connection, asked, name, now)
            inbound = Inbound(
                source=name,
                external_id=post.reference,
                channel=Channel.SOCIAL,
                sender=post.account,
                text=post.text,
                at=post.at,
                reference=post.reference,
                replies_to=ledger.key_of(connection, name, post.answers) if post.answers else "",
                proven_order=order,
                is_automatic=post.is_by_machine,
            )
            return take(connection, self._engine, (inbound,), self._vault)

    def _prove(self, connection: Connection, post: Post, proof: Proof, now: Moment) -> None:
        name = self._network.name
        if post.is_open:
            ledger.spoil(connection, proof)
            about = f"{proof.order}-{proof.nth}"
            ledger.note(connection, Note(post.account, SPOILT, about, post.reference), name, now)
        elif proof.nth == ledger.code_now(connection, proof.order):
            ledger.prove(connection, post.account, proof.order, now)
            thanks = Note(post.account, PROVEN, proof.order, post.reference)
            ledger.note(connection, thanks, name, now)

    def _say_notes(self, connection: Connection) -> None:
        for each in ledger.notes_due(connection, self._network.name):
            now = self._engine.clock.now()
            try:
                self._channel.post(
                    each.key, each.account, self._texts[each.kind], answers=each.reference
                )
            except Temporary as later:
                _LOG.warning("%s: %s", self._network.name, later.reason)
                return
            except Permanent as never:
                ledger.note_done(connection, each, now, never.reason)
            else:
                ledger.note_done(connection, each, now)


@cache
def own_texts(language: str) -> Mapping[str, str]:
    """What we say ourselves, in a language."""
    text = files("relevo.adapters.channel_social").joinpath("texts", f"{language}.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))

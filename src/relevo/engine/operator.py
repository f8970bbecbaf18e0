"""What an operator may do: retry, skip, pause, resume, answer by hand. No repair by SQL.

Each verb is noted in ``operator_act`` and sent to the process as a message; its writer carries it
out and states ``engine.operator_acted`` in the history of the process. Every verb needs a name and
a reason, and a key that makes a doubled click harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Cursor

from relevo.engine.acts import OperatorAct, Verb
from relevo.engine.buckets import bucket_of
from relevo.engine.catalogue import Catalogue
from relevo.engine.mailbox import letter, message_id_of, put
from relevo.engine.process import wire_name
from relevo.engine.sql import statements
from relevo.engine.wire import encode
from relevo.values.moment import Moment

_SQL = statements("relevo.engine", "operator")


class NothingToDo(LookupError):
    """There is no such thing to act on; the message says what to look for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEntry:
    """Something that was put aside and waits for a person."""

    parked_id: str
    role: str  # message | effect | fact
    process_id: str
    kind: str  # of the process; for a fact, the listener that could not take it
    name: str
    body: str
    at: Moment
    attempts: int
    reason: str
    parked_at: Moment


def parked_entries(cursor: Cursor[Any]) -> list[ParkedEntry]:
    """Everything that is parked, the oldest first."""
    names = list(ParkedEntry.__dataclass_fields__)
    rows = cursor.execute(_SQL["parked"]).fetchall()
    return [ParkedEntry(**dict(zip(names, row, strict=True))) for row in rows]


@dataclass(frozen=True, slots=True)
class Operator:
    """One person at work, within one transaction of the caller's."""

    cursor: Cursor[Any]
    catalogue: Catalogue
    who: str
    at: Moment

    def retry(self, target: str, *, reason: str, key: str) -> None:
        """Take up again what is parked, or a waiting effect at once."""
        self._on_target(Verb.RETRY, target, reason=reason, key=key)

    def skip(self, target: str, *, reason: str, key: str) -> None:
        """Give up for good what is parked, or a waiting effect."""
        self._on_target(Verb.SKIP, target, reason=reason, key=key)

    def pause(self, process_id: str, *, reason: str, key: str) -> None:
        """Let a process rest: its messages and effects wait."""
        self._on_process(Verb.PAUSE, process_id, reason=reason, key=key)

    def resume(self, process_id: str, *, reason: str, key: str) -> None:
        """End the rest of a process."""
        self._on_process(Verb.RESUME, process_id, reason=reason, key=key)

    def answer(self, process_id: str, message: object, *, reason: str, key: str) -> None:
        """Put in by hand what a counterpart should have said."""
        act = OperatorAct(
            verb=Verb.ANSWER,
            who=self.who,
            reason=reason,
            target=wire_name(message),
            answer=encode(message),
        )
        self._send(self._kind_of(process_id), process_id, act, key)

    def _on_target(self, verb: Verb, target: str, *, reason: str, key: str) -> None:
        row = self.cursor.execute(_SQL["owner_of"], {"target": target}).fetchone()
        if row is None:
            raise NothingToDo(f"target: nothing is parked or waiting under {target!r}")
        process_id, kind = row
        act = OperatorAct(verb=verb, who=self.who, reason=reason, target=target)
        self._send(kind, process_id, act, key)

    def _on_process(self, verb: Verb, process_id: str, *, reason: str, key: str) -> None:
        act = OperatorAct(verb=verb, who=self.who, reason=reason)
        self._send(self._kind_of(process_id), process_id, act, key)

    def _kind_of(self, process_id: str) -> str:
        row = self.cursor.execute(_SQL["kind_of"], {"process_id": process_id}).fetchone()
        if row is None:
            raise NothingToDo(f"process_id: there is no process {process_id!r}")
        kind: str = row[0]
        return kind

    def _send(self, kind: str, process_id: str, act: OperatorAct, key: str) -> None:
        if not self.who.strip() or not act.reason.strip():
            raise ValueError("who and reason: say who acts and why")
        key = f"operator:{key}"
        noted = {
            "act_id": message_id_of(process_id, key),
            "bucket": bucket_of(process_id),
            "process_id": process_id,
            "verb": str(act.verb),
            "who": act.who,
            "reason": act.reason,
            "target": act.target,
            "at": self.at,
        }
        self.cursor.execute(_SQL["note"], noted)
        put(self.cursor, letter(kind, process_id, act, key=key, at=self.at))

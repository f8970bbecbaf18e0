"""What is told of calls, and what was said in them: into the log and the one conversation.

A telephone system says when a call begins and ends; an agent writes down what was said. Both may
come in any order, twice, or alone. The minutes of a call count once: by the telephone system where
it knows the call, else by the agent's own word.
"""

from __future__ import annotations

from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.notices.call.model import CHANNEL, DESK, SOURCE, Call
from relevo.notices.call.queries import call_in
from relevo.notices.inbound import Inbound
from relevo.notices.intake import order_of_sender, settle_stray, take

_SQL = statements("relevo.notices.call", "calls")


class CallDiffers(ValueError):
    """The same call was told of before, with another value of the field that this names."""


def hear(connection: Connection, engine: Engine, told: Call, note: str = "") -> Call:
    """What a telephone system says of a call, in one transaction. Told again, it is the same.

    Raises CallDiffers.
    """
    spoken = _inbound(told, note)
    with connection.transaction():
        order = told.order or order_of_sender(connection, spoken)
        known = _keep(connection, told, order)
        for name in ("number", "direction", "brand"):
            if getattr(known, name) != getattr(told, name):
                raise CallDiffers(name)
        if known.ended_at is None:
            return known
        proven = known.order if known.noted_by else ""
        take(connection, engine, [_inbound(known, note, proven)])
        connection.execute(_SQL["filed"], (known.id,))
    return known


def note_call(
    connection: Connection, engine: Engine, call: Call, *, heard: str, note_id: str
) -> None:
    """A member of staff wrote down what the customer said in a call with this order.

    ``call``: one that a telephone system told of, or one of which only he knows.
    """
    is_counted = not call.id.startswith(f"{DESK}:")
    with connection.transaction():
        if is_counted:
            connection.execute(_SQL["note"], (call.order, call.noted_by, call.id))
            stray = f"{SOURCE}:{call.id}"
            settle_stray(connection, engine, stray, order=call.order, by=call.noted_by)
        else:
            _keep(connection, call, call.order)
        if is_counted and not heard:
            return
        said = Inbound(
            source=SOURCE,
            external_id=f"{call.id}:{note_id}" if is_counted else call.id,
            channel=CHANNEL,
            sender=call.number,
            text=heard,
            at=call.began_at,
            minutes=0 if is_counted else call.minutes,
            proven_order=call.order,
            noted_by=call.noted_by,
        )
        take(connection, engine, [said])


def _inbound(call: Call, note: str, proven: str = "") -> Inbound:
    return Inbound(
        source=SOURCE,
        external_id=call.id,
        channel=CHANNEL,
        sender=call.number,
        text=note,
        at=call.began_at,
        minutes=call.minutes,
        proven_order=proven,
    )


def _keep(connection: Connection, call: Call, order: str) -> Call:
    recording = call.recording
    values = {
        "id": call.id,
        "brand": call.brand,
        "direction": str(call.direction),
        "number": call.number,
        "agent": call.agent,
        "order": order or None,
        "began_at": call.began_at,
        "ended_at": call.ended_at,
        "noted_by": call.noted_by,
        "recording_id": recording and recording.id,
        "purpose": recording and recording.purpose,
        "preamble": recording and recording.preamble,
        "keep_until": recording and recording.keep_until,
    }
    row = connection.execute(_SQL["hear"], values).fetchone()
    assert row is not None, "an upsert gives its row"
    return call_in(row)

"""Writes a harvest: facts, states, timers, effects and mail of a whole batch, set by set.

All statements go out together, and one answer is awaited for all (the pipeline mode of libpq): a
small batch costs as many round trips as a large one, and they were most of its time. The first of
them fences: it locks the lease of the bucket and takes the numbers of the facts.

A second guard against a second writer does not rest on the lease: the state of a process is only
written over the very version that was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from relevo.engine.acts import OperatorAct, Verb
from relevo.engine.catalogue import Catalogue
from relevo.engine.columns import bigints, booleans, integers, moments, smallints, texts
from relevo.engine.connection import Connection, Cursor
from relevo.engine.harvest import Harvest, Live, storable
from relevo.engine.leases import Fenced, Leases
from relevo.engine.mail import Mail
from relevo.engine.process import Refusal, TimerFired, wire_name
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.engine.wire import decode_old, encode_normal
from relevo.values.moment import Moment

_SQL = statements("relevo.engine", "journal")
_MAIL = statements("relevo.engine", "mailbox")


class Overtaken(Fenced):
    """Somebody else wrote a process that this worker had read; nothing was written."""


class ProjectionFailed(RuntimeError):
    """A projection refused the facts of the batch."""


def load(cursor: Cursor, catalogue: Catalogue, ids: Iterable[str]) -> dict[str, Live | Exception]:
    """The stored processes among ``ids``; where one cannot be read, the reason in its place."""
    cursor.execute(_SQL["load_processes"], {"ids": texts(ids)})
    found: dict[str, Live | Exception] = {}
    for process_id, kind, kind_version, word, version, emitted, paused, body in cursor.fetchall():
        try:
            process = catalogue.process(kind)
            state = decode_old(
                word,
                body,
                written=kind_version,
                today=process.version,
                upcasters=catalogue.upcasters,
            )
            found[process_id] = Live(
                process,
                process_id,
                state,
                version,
                emitted,
                paused,
                stored=(version, emitted),
            )
        except Exception as fault:  # its messages are parked with this reason
            found[process_id] = fault
    return found


def load_timers(cursor: Cursor, ids: Iterable[str]) -> dict[tuple[str, str], int]:
    """The armed timers of these processes, with the number of their arming."""
    wanted = list(ids)
    if not wanted:
        return {}
    cursor.execute(_SQL["load_timers"], {"ids": texts(wanted)})
    return {(process_id, name): armed for process_id, name, armed in cursor.fetchall()}


def write(
    connection: Connection, leases: Leases, harvest: Harvest, taken: Sequence[Mail]
) -> list[Recorded]:
    """Store the harvest and take its messages out of the mailbox; the projections are for later.

    Returns the facts with their numbers. Raises Fenced when the bucket is no longer ours, and
    Overtaken when a process is not as it was read.
    """
    away = {mail.message_id for mail in harvest.held}
    with connection.pipeline():
        fence = leases.fence(connection, harvest.bucket, facts=len(harvest.facts))
        _put_facts(connection, leases, harvest)
        stored = _put_processes(connection, harvest)
        _put_timers(connection, harvest)
        _put_effects(connection, harvest)
        put_mail(connection, harvest.mail)
        _put_refusals(connection, harvest.refusals)
        put_parked(connection, harvest.parked, harvest.now)
        _hold(connection, harvest.held)
        drop_mail(connection, [mail for mail in taken if mail.seq and mail.message_id not in away])
        away |= {mail.message_id for mail, _ in harvest.parked}
        _put_handled(connection, [m for m in taken if m.external and m.message_id not in away])
        _keep_from_firing_again(connection, [mail for mail in taken if mail.message_id in away])
        for process_id, act in harvest.acts:
            _carry_out(connection, process_id, act, harvest.now)
    seq = fence.last_seq()
    changed = sum(live.changed_at is not None for live in harvest.worked_on())
    written = sum(cursor.rowcount for cursor in stored)
    if written != changed:
        raise Overtaken(f"{changed - written} processes are not as they were read")
    return harvest.recorded(seq)


def project(cursor: Cursor, catalogue: Catalogue, recorded: Sequence[Recorded]) -> None:
    """Let the projections write what follows from the facts. Raises ProjectionFailed."""
    for projection in catalogue.projections:
        wanted = [each for each in recorded if type(each.fact) in projection.facts]
        if wanted:
            try:
                projection.write(cursor, wanted)
            except psycopg.OperationalError:  # the database's fault, not that of a message
                raise
            except Exception as fault:
                raise ProjectionFailed(f"{type(fault).__name__}: {fault}") from fault


def _put_facts(connection: Connection, leases: Leases, harvest: Harvest) -> None:
    rows = [row for row, _ in harvest.facts]
    if rows:
        given = {
            **leases.claim(harvest.bucket),
            "facts": len(rows),
            "process_id": texts(row.process_id for row in rows),
            "version": bigints(row.version for row in rows),
            "kind": texts(row.kind for row in rows),
            "kind_version": integers(row.kind_version for row in rows),
            "at": moments(row.at for row in rows),
            "name": texts(row.name for row in rows),
            "body": texts(row.body for row in rows),
            "caused_by": texts(row.caused_by for row in rows),
        }
        connection.execute(_SQL["put_facts"], given)


def _put_processes(connection: Connection, harvest: Harvest) -> list[Cursor]:
    """Returns the cursors that know how many rows were written."""
    changed = [live for live in harvest.worked_on() if live.changed_at is not None]
    new = [live for live in changed if live.stored is None]
    old = [(live, live.stored) for live in changed if live.stored is not None]
    stored = []
    if new:
        given = _state_columns(new) | {"bucket": harvest.bucket}
        stored.append(connection.execute(_SQL["add_processes"], given))
    if old:
        given = _state_columns([live for live, _ in old])
        given["was_version"] = bigints(version for _, (version, _) in old)
        given["was_emitted"] = bigints(emitted for _, (_, emitted) in old)
        stored.append(connection.execute(_SQL["change_processes"], given))
    return stored


def _state_columns(lives: Sequence[Live]) -> dict[str, Any]:
    return {
        "process_id": texts(live.process_id for live in lives),
        "kind": texts(live.type.kind for live in lives),
        "kind_version": integers(live.type.version for live in lives),
        "word": texts(wire_name(live.state) for live in lives),
        "version": bigints(live.version for live in lives),
        "emitted": bigints(live.emitted for live in lives),
        "phase": texts(str(live.state.phase) for live in lives),
        "rules": texts(str(getattr(live.state, "rules", "")) for live in lives),
        "state": texts(encode_normal(live.state) for live in lives),
        "paused": booleans(live.paused for live in lives),
        "changed_at": moments(live.changed_at for live in lives if live.changed_at is not None),
    }


def _put_timers(connection: Connection, harvest: Harvest) -> None:
    ended = harvest.ended
    changes = {key: timer for key, timer in harvest.timers.items() if key[0] not in ended}
    gone = [key for key, timer in changes.items() if timer is None]
    if gone:
        given = {"process_id": texts(key[0] for key in gone), "name": texts(key[1] for key in gone)}
        connection.execute(_SQL["drop_timers"], given)
    if ended:
        connection.execute(_SQL["drop_all_timers"], {"ids": texts(ended)})
    armed = [(key, timer) for key, timer in changes.items() if timer is not None]
    if armed:
        columns = {
            "bucket": harvest.bucket,
            "process_id": texts(process_id for (process_id, _), _ in armed),
            "name": texts(name for (_, name), _ in armed),
            "kind": texts(harvest.kind_of(process_id) for (process_id, _), _ in armed),
            "due": moments(timer[0] for _, timer in armed),
            "armed": bigints(timer[1] for _, timer in armed),
            "fired": booleans(timer[2] for _, timer in armed),
        }
        connection.execute(_SQL["put_timers"], columns)


def _put_effects(connection: Connection, harvest: Harvest) -> None:
    effects = harvest.effects
    if effects:
        given = {
            "bucket": harvest.bucket,
            "effect_id": texts(out.effect_id for out in effects),
            "wave": integers(out.wave for out in effects),
            "process_id": texts(out.process_id for out in effects),
            "kind": texts(out.kind for out in effects),
            "name": texts(out.name for out in effects),
            "body": texts(out.body for out in effects),
            "at": moments(out.at for out in effects),
            "trace": texts(out.trace for out in effects),
        }
        connection.execute(_SQL["put_effects"], given)


def put_mail(connection: Connection, mail: Sequence[Mail], *, held: bool = False) -> Cursor | None:
    """Put messages into the mailbox, in this order; one that is there already, or came from
    outside before, is left alone. Returns the cursor that knows how many were put."""
    if not mail:
        return None
    return connection.execute(_MAIL["put_mail"], mail_columns(mail) | {"held": held})


def _hold(connection: Connection, held: Sequence[Mail]) -> None:
    """What a paused process would have got waits for it."""
    if held:
        lying = [mail.message_id for mail in held if mail.seq]
        connection.execute(_MAIL["hold_mail"], {"ids": texts(lying)})
        put_mail(connection, [mail for mail in held if not mail.seq], held=True)


def _keep_from_firing_again(connection: Connection, away: Sequence[Mail]) -> None:
    """The timers whose messages are held or parked: not dropped, and not due any more."""
    fired = [mail for mail in away if isinstance(mail.word, TimerFired)]
    if fired:
        given = {
            "process_id": texts(mail.process_id for mail in fired),
            "name": texts(mail.word.name for mail in fired),
            "armed": bigints(mail.arming for mail in fired),
        }
        connection.execute(_SQL["have_fired"], given)


def mail_columns(mail: Sequence[Mail]) -> dict[str, Any]:
    """The columns of the rows of ``mail``."""
    mail = [storable(each) for each in mail]
    return {
        "bucket": smallints(each.bucket for each in mail),
        "wave": integers(each.wave for each in mail),
        "message_id": texts(each.message_id for each in mail),
        "process_id": texts(each.process_id for each in mail),
        "kind": texts(each.kind for each in mail),
        "name": texts(each.name for each in mail),
        "body": texts(each.body for each in mail),
        "at": moments(each.at for each in mail),
        "external": booleans(each.external for each in mail),
        "trace": texts(each.trace for each in mail),
    }


def put_parked(connection: Connection, parked: Sequence[tuple[Mail, str]], now: Moment) -> None:
    """Put messages aside, each with its reason."""
    if parked:
        columns = mail_columns([mail for mail, _ in parked])
        columns["reason"] = texts(storable_text(reason) for _, reason in parked)
        connection.execute(_SQL["put_parked"], columns | {"now": now})


def park_mail(connection: Connection, mail: Mail, reason: str, now: Moment) -> None:
    """Put one message aside; if it came from a timer, that one is not due any more."""
    put_parked(connection, [(mail, reason)], now)
    if mail.seq:
        drop_mail(connection, [mail])
    _keep_from_firing_again(connection, [mail])


def drop_mail(connection: Connection, taken: Sequence[Mail]) -> None:
    """Take messages out of the mailbox."""
    if taken:
        columns = {
            "bucket": smallints(mail.bucket for mail in taken),
            "wave": integers(mail.wave for mail in taken),
            "seq": bigints(mail.seq for mail in taken),
        }
        connection.execute(_MAIL["drop_mail"], columns)


def _put_refusals(connection: Connection, refusals: Sequence[tuple[Mail, Refusal]]) -> None:
    if refusals:
        columns = mail_columns([mail for mail, _ in refusals])
        columns["reason"] = texts(storable_text(refusal.reason) for _, refusal in refusals)
        columns["detail"] = texts(storable_text(refusal.detail) for _, refusal in refusals)
        connection.execute(_SQL["put_refusals"], columns)


def _put_handled(connection: Connection, handled: Sequence[Mail]) -> None:
    if handled:
        columns = {
            "message_id": texts(mail.message_id for mail in handled),
            "bucket": smallints(mail.bucket for mail in handled),
            "at": moments(mail.at for mail in handled),
        }
        connection.execute(_SQL["put_handled"], columns)


def _carry_out(connection: Connection, process_id: str, act: OperatorAct, now: Moment) -> None:
    one = {"ids": [process_id], "now": now}
    target = {"ids": [act.target], "now": now}
    match act.verb:
        case Verb.PAUSE:
            connection.execute(_MAIL["hold_effects"], one)
        case Verb.RESUME:
            connection.execute(_MAIL["release_mail"], one)
            connection.execute(_MAIL["release_effects"], one)
        case Verb.RETRY:
            connection.execute(_MAIL["retry_parked_messages"], target)
            connection.execute(_MAIL["retry_parked_effects"], target)
            connection.execute(_MAIL["retry_parked_facts"], target)
            connection.execute(_MAIL["retry_waiting_effects"], target)
        case Verb.SKIP:
            connection.execute(_MAIL["skip_parked"], target)
            connection.execute(_MAIL["skip_waiting_effects"], target)
        case Verb.ANSWER:
            pass  # the answer is a message of the harvest


def storable_text(text: str) -> str:
    """PostgreSQL text knows no NUL; a reason must be storable whatever it quotes."""
    return text.replace("\x00", "\\0")[:4000]

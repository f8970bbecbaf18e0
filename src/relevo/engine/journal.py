"""Writes a harvest: facts, states, timers, effects and mail of a whole batch, set by set.

The caller holds the transaction and the lease of its one bucket. A second guard against a second
writer does not rest on the lease: the state of a process is only written over the very version
that was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from relevo.engine.acts import OperatorAct, Verb
from relevo.engine.catalogue import Catalogue
from relevo.engine.connection import Cursor
from relevo.engine.harvest import Harvest, Live, storable
from relevo.engine.leases import Fenced
from relevo.engine.mail import FactRow, Mail, Outgoing
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
    cursor.execute(_SQL["load_processes"], {"ids": list(ids)})
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
    cursor.execute(_SQL["load_timers"], {"ids": wanted})
    return {(process_id, name): armed for process_id, name, armed in cursor.fetchall()}


def write(cursor: Cursor, harvest: Harvest, taken: Sequence[Mail], seq: int) -> None:
    """Store the harvest, its facts numbered after ``seq``; take its messages out of the mailbox.

    Raises Overtaken when a process is not as it was read.
    """
    recorded = list(harvest.recorded(seq))
    _copy_facts(cursor, recorded)
    _put_processes(cursor, harvest)
    _put_timers(cursor, harvest)
    _copy_effects(cursor, harvest.effects)
    put_mail(cursor, harvest.mail)
    _put_refusals(cursor, harvest.refusals)
    put_parked(cursor, harvest.parked, harvest.now)
    _hold(cursor, harvest.held)
    away = {mail.message_id for mail in harvest.held}
    drop_mail(cursor, [mail for mail in taken if mail.seq and mail.message_id not in away])
    away |= {mail.message_id for mail, _ in harvest.parked}
    _put_handled(cursor, [m for m in taken if m.external and m.message_id not in away])
    _keep_from_firing_again(cursor, [mail for mail in taken if mail.message_id in away])
    for process_id, act in harvest.acts:
        _carry_out(cursor, process_id, act, harvest.now)
    _project(cursor, harvest.catalogue, [fact for _, fact in recorded])


def _copy_facts(cursor: Cursor, recorded: list[tuple[FactRow, Recorded]]) -> None:
    if not recorded:
        return
    with cursor.copy(_SQL["copy_journal"]) as copy:
        for row, fact in recorded:
            copy.write_row(
                (
                    row.bucket,
                    fact.seq,
                    row.process_id,
                    row.version,
                    row.kind,
                    row.kind_version,
                    row.at,
                    row.name,
                    row.body,
                    row.caused_by,
                )
            )


def _put_processes(cursor: Cursor, harvest: Harvest) -> None:
    lives = [live for live in harvest.lives.values() if isinstance(live, Live)]
    changed = [live for live in lives if live.changed_at is not None]
    new = [live for live in changed if live.stored is None]
    old = [(live, live.stored) for live in changed if live.stored is not None]
    written = 0
    if new:
        columns = _state_columns(new)
        cursor.execute(_SQL["add_processes"], columns | {"bucket": [harvest.bucket] * len(new)})
        written += cursor.rowcount
    if old:
        columns = _state_columns([live for live, _ in old])
        columns["was_version"] = [version for _, (version, _) in old]
        columns["was_emitted"] = [emitted for _, (_, emitted) in old]
        cursor.execute(_SQL["change_processes"], columns)
        written += cursor.rowcount
    if written != len(changed):
        raise Overtaken(f"{len(changed) - written} processes are not as they were read")


def _state_columns(lives: Sequence[Live]) -> dict[str, list[Any]]:
    return {
        "process_id": [live.process_id for live in lives],
        "kind": [live.type.kind for live in lives],
        "kind_version": [live.type.version for live in lives],
        "word": [wire_name(live.state) for live in lives],
        "version": [live.version for live in lives],
        "emitted": [live.emitted for live in lives],
        "phase": [str(live.state.phase) for live in lives],
        "rules": [str(getattr(live.state, "rules", "")) for live in lives],
        "state": [encode_normal(live.state) for live in lives],
        "paused": [live.paused for live in lives],
        "changed_at": [live.changed_at for live in lives],
    }


def _put_timers(cursor: Cursor, harvest: Harvest) -> None:
    ended = harvest.ended
    changes = {key: timer for key, timer in harvest.timers.items() if key[0] not in ended}
    gone = [key for key, timer in changes.items() if timer is None]
    if gone:
        columns = {"process_id": [key[0] for key in gone], "name": [key[1] for key in gone]}
        cursor.execute(_SQL["drop_timers"], columns)
    if ended:
        cursor.execute(_SQL["drop_all_timers"], {"ids": list(ended)})
    armed = [(key, timer) for key, timer in changes.items() if timer is not None]
    if armed:
        given: dict[str, list[Any]] = {
            "process_id": [process_id for (process_id, _), _ in armed],
            "name": [name for (_, name), _ in armed],
            "bucket": [harvest.bucket] * len(armed),
            "kind": [harvest.kind_of(process_id) for (process_id, _), _ in armed],
            "due": [timer[0] for _, timer in armed],
            "armed": [timer[1] for _, timer in armed],
            "fired": [timer[2] for _, timer in armed],
        }
        cursor.execute(_SQL["put_timers"], given)


def _copy_effects(cursor: Cursor, effects: Sequence[Outgoing]) -> None:
    if not effects:
        return
    with cursor.copy(_SQL["copy_outbox"]) as copy:
        for out in effects:
            copy.write_row(
                (
                    out.effect_id,
                    out.bucket,
                    out.wave,
                    out.process_id,
                    out.kind,
                    out.name,
                    out.body,
                    out.at,
                    out.at,
                    out.trace,
                )
            )


def put_mail(cursor: Cursor, mail: Sequence[Mail], *, held: bool = False) -> int:
    """Put messages into the mailbox, in this order; one that is there already, or came from
    outside before, is left alone. Returns how many were put."""
    if not mail:
        return 0
    columns: dict[str, Any] = mail_columns(mail)
    cursor.execute(_MAIL["put_mail"], columns | {"held": held})
    return cursor.rowcount


def _hold(cursor: Cursor, held: Sequence[Mail]) -> None:
    """What a paused process would have got waits for it."""
    if held:
        lying = [mail.message_id for mail in held if mail.seq]
        cursor.execute(_MAIL["hold_mail"], {"ids": lying})
        put_mail(cursor, [mail for mail in held if not mail.seq], held=True)


def _keep_from_firing_again(cursor: Cursor, away: Sequence[Mail]) -> None:
    """The timers whose messages are held or parked: not dropped, and not due any more."""
    fired = [mail for mail in away if isinstance(mail.word, TimerFired)]
    if fired:
        columns = {
            "process_id": [mail.process_id for mail in fired],
            "name": [mail.word.name for mail in fired],
            "armed": [mail.arming for mail in fired],
        }
        cursor.execute(_SQL["have_fired"], columns)


def mail_columns(mail: Sequence[Mail]) -> dict[str, list[Any]]:
    """The columns of the rows of ``mail``."""
    mail = [storable(each) for each in mail]
    names = (
        "bucket",
        "wave",
        "message_id",
        "process_id",
        "kind",
        "name",
        "body",
        "at",
        "external",
        "trace",
    )
    return {name: [getattr(each, name) for each in mail] for name in names}


def put_parked(cursor: Cursor, parked: Sequence[tuple[Mail, str]], now: Moment) -> None:
    """Put messages aside, each with its reason."""
    if parked:
        columns: dict[str, Any] = mail_columns([mail for mail, _ in parked])
        columns["reason"] = [storable_text(reason) for _, reason in parked]
        columns["now"] = now
        cursor.execute(_SQL["put_parked"], columns)


def park_mail(cursor: Cursor, mail: Mail, reason: str, now: Moment) -> None:
    """Put one message aside; if it came from a timer, that one is not due any more."""
    put_parked(cursor, [(mail, reason)], now)
    if mail.seq:
        drop_mail(cursor, [mail])
    _keep_from_firing_again(cursor, [mail])


def drop_mail(cursor: Cursor, taken: Sequence[Mail]) -> None:
    """Take messages out of the mailbox."""
    if taken:
        columns = {
            "bucket": [mail.bucket for mail in taken],
            "wave": [mail.wave for mail in taken],
            "seq": [mail.seq for mail in taken],
        }
        cursor.execute(_MAIL["drop_mail"], columns)


def _put_refusals(cursor: Cursor, refusals: Sequence[tuple[Mail, Refusal]]) -> None:
    if refusals:
        columns: dict[str, Any] = mail_columns([mail for mail, _ in refusals])
        columns["reason"] = [storable_text(refusal.reason) for _, refusal in refusals]
        columns["detail"] = [storable_text(refusal.detail) for _, refusal in refusals]
        cursor.execute(_SQL["put_refusals"], columns)


def _put_handled(cursor: Cursor, handled: Sequence[Mail]) -> None:
    if handled:
        cursor.execute(_SQL["put_handled"], mail_columns(handled))


def _carry_out(cursor: Cursor, process_id: str, act: OperatorAct, now: Moment) -> None:
    one = {"ids": [process_id], "now": now}
    target = {"ids": [act.target], "now": now}
    match act.verb:
        case Verb.PAUSE:
            cursor.execute(_MAIL["hold_effects"], one)
        case Verb.RESUME:
            cursor.execute(_MAIL["release_mail"], one)
            cursor.execute(_MAIL["release_effects"], one)
        case Verb.RETRY:
            cursor.execute(_MAIL["retry_parked_messages"], target)
            cursor.execute(_MAIL["retry_parked_effects"], target)
            cursor.execute(_MAIL["retry_parked_facts"], target)
            cursor.execute(_MAIL["retry_waiting_effects"], target)
        case Verb.SKIP:
            cursor.execute(_MAIL["skip_parked"], target)
            cursor.execute(_MAIL["skip_waiting_effects"], target)
        case Verb.ANSWER:
            pass  # the answer is a message of the harvest


def _project(cursor: Cursor, catalogue: Catalogue, recorded: list[Recorded]) -> None:
    for projection in catalogue.projections:
        wanted = [each for each in recorded if type(each.fact) in projection.facts]
        if wanted:
            try:
                projection.write(cursor, wanted)
            except psycopg.OperationalError:  # the database's fault, not that of a message
                raise
            except Exception as fault:
                raise ProjectionFailed(f"{type(fault).__name__}: {fault}") from fault


def storable_text(text: str) -> str:
    """PostgreSQL text knows no NUL; a reason must be storable whatever it quotes."""
    return text.replace("\x00", "\\0")[:4000]

"""Writes a harvest: facts, states, timers, effects and mail of a whole batch, set by set.

The caller holds the transaction and the leases. Primary keys guard against a second writer: two
facts with the same number of the same process cannot both be stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from relevo.engine.acts import OperatorAct, Verb
from relevo.engine.buckets import bucket_of
from relevo.engine.catalogue import Catalogue
from relevo.engine.connection import Cursor
from relevo.engine.harvest import Harvest, Live
from relevo.engine.mail import FactRow, Mail, Outgoing
from relevo.engine.process import Refusal, wire_name
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.engine.wire import decode_old, encode_normal
from relevo.values.moment import Moment

_SQL = statements("relevo.engine", "journal")
_MAIL = statements("relevo.engine", "mailbox")


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
            found[process_id] = Live(process, process_id, state, version, emitted, paused)
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


def already_handled(cursor: Cursor, ids: Sequence[str]) -> frozenset[str]:
    """Those of ``ids`` that were handled before."""
    if not ids:
        return frozenset()
    cursor.execute(_SQL["already_handled"], {"ids": list(ids)})
    return frozenset(message_id for (message_id,) in cursor.fetchall())


def write(
    cursor: Cursor, harvest: Harvest, taken: Sequence[Mail], last_seqs: dict[int, int]
) -> None:
    """Store the harvest and take its messages out of the mailbox; moves ``last_seqs`` on."""
    recorded = list(harvest.recorded(last_seqs))
    _copy_facts(cursor, recorded)
    _put_processes(cursor, harvest.lives.values())
    _put_timers(cursor, harvest)
    _copy_effects(cursor, harvest.effects)
    put_mail(cursor, harvest.mail)
    _put_refusals(cursor, harvest.refusals)
    put_parked(cursor, harvest.parked, harvest.now)
    held = {mail.message_id for mail in harvest.held}
    if held:
        cursor.execute(_MAIL["hold_mail"], {"ids": list(held)})
    drop_mail(cursor, [mail for mail in taken if mail.message_id not in held])
    parked = {mail.message_id for mail, _ in harvest.parked}
    away = held | parked
    _put_handled(cursor, [m for m in taken if m.external and m.message_id not in away])
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


def _put_processes(cursor: Cursor, lives: Iterable[Live]) -> None:
    changed = [live for live in lives if live.changed_at is not None]
    if not changed:
        return
    columns: dict[str, list[Any]] = {
        "process_id": [live.process_id for live in changed],
        "bucket": [bucket_of(live.process_id) for live in changed],
        "kind": [live.type.kind for live in changed],
        "kind_version": [live.type.version for live in changed],
        "word": [wire_name(live.state) for live in changed],
        "version": [live.version for live in changed],
        "emitted": [live.emitted for live in changed],
        "phase": [str(live.state.phase) for live in changed],
        "rules": [str(getattr(live.state, "rules", "")) for live in changed],
        "state": [encode_normal(live.state) for live in changed],
        "paused": [live.paused for live in changed],
        "changed_at": [live.changed_at for live in changed],
    }
    cursor.execute(_SQL["put_processes"], columns)


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
            "bucket": [bucket_of(process_id) for (process_id, _), _ in armed],
            "kind": [harvest.lives[process_id].type.kind for (process_id, _), _ in armed],
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
                )
            )


def put_mail(cursor: Cursor, mail: Sequence[Mail]) -> None:
    """Put messages into the mailbox, in this order; one that is there already is left alone."""
    if mail:
        cursor.execute(_MAIL["put_mail"], mail_columns(mail))


def mail_columns(mail: Sequence[Mail]) -> dict[str, list[Any]]:
    """The columns of the rows of ``mail``."""
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
    )
    return {name: [getattr(each, name) for each in mail] for name in names}


def put_parked(cursor: Cursor, parked: Sequence[tuple[Mail, str]], now: Moment) -> None:
    """Put messages aside, each with its reason."""
    if parked:
        columns: dict[str, Any] = mail_columns([mail for mail, _ in parked])
        columns["reason"] = [storable(reason) for _, reason in parked]
        columns["now"] = now
        cursor.execute(_SQL["put_parked"], columns)


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
        columns["reason"] = [storable(refusal.reason) for _, refusal in refusals]
        columns["detail"] = [storable(refusal.detail) for _, refusal in refusals]
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


def storable(text: str) -> str:
    """PostgreSQL text knows no NUL; a reason must be storable whatever it quotes."""
    return text.replace("\x00", "\\0")[:4000]

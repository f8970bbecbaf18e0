"""What care does at a terminal: the check before sending, and evidence packs.

``check`` needs no database: a snapshot of facts and drafts go in, verdicts come out (the contract
is the design's page "The check before sending"). It is the same code that stands before every
channel.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import FAULTS_SHOWN, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.care.pack.queries import Veil
    from relevo.claims.model import Draft, Snapshot
    from relevo.engine.recorded import Recorded

care = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Customer care: drafts held against the facts, packs of evidence.",
)
app.add_typer(care, name="care")

STDIN = "-"


class Reader(StrEnum):
    """Who is to read a pack: what it shows of persons hangs on it."""

    CUSTOMER = "customer"
    AUTHORITY = "authority"
    THIRD = "third"


@care.command(short_help="Judge drafts against a snapshot of facts.")
def check(
    drafts: Annotated[str, typer.Argument(help="Drafts, one JSON a line; - reads from stdin.")],
    snapshot: Annotated[Path, typer.Option(help="The facts at one moment (JSON).")],
    out: Annotated[Path | None, typer.Option(help="A file for the verdicts; else stdout.")] = None,
) -> None:
    """Judge each draft against the facts and write one JSON line for it: pass, warn or block.

    Nothing is written unless every line can be read. Exits 0 when all drafts are judged, whatever
    the verdicts, and 2 when the snapshot or a line is malformed.

    Example: relevo care check --snapshot snapshot.json drafts.jsonl
    """
    import msgspec  # noqa: PLC0415

    from relevo.claims.check import check as judge  # noqa: PLC0415

    facts = _snapshot(snapshot)
    source = "stdin" if drafts == STDIN else drafts
    lines = sys.stdin.buffer.read() if drafts == STDIN else _bytes(Path(drafts))
    asked = _drafts(source, lines)
    verdicts = b"".join(msgspec.json.encode(judge(facts, draft)) + b"\n" for draft in asked)
    if out is None:
        sys.stdout.buffer.write(verdicts)
        sys.stdout.buffer.flush()
    else:
        _write(out, verdicts)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as wrong:
        fail(f"{file}: cannot be read ({wrong.strerror}); name a file", WRONG_INPUT)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as wrong:
        fail(f"{file}: cannot be written ({wrong.strerror}); name another file", WRONG_INPUT)


def _snapshot(file: Path) -> Snapshot:
    import msgspec  # noqa: PLC0415

    from relevo.claims.model import Snapshot  # noqa: PLC0415

    try:
        facts = msgspec.json.decode(_bytes(file), type=Snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        fail(f"{file}: {wrong}", WRONG_INPUT)
    faults = [*_without_offset(facts, "$"), *_unknown_zone(facts.zone)]
    if faults:
        fail("\n".join(f"{file}: {fault}" for fault in faults[:FAULTS_SHOWN]), WRONG_INPUT)
    return facts


def _without_offset(value: Any, path: str) -> Iterator[str]:
    """Moments that could be any hour: without an offset nobody knows when they are."""
    from dataclasses import fields, is_dataclass  # noqa: PLC0415
    from datetime import datetime  # noqa: PLC0415

    if isinstance(value, datetime) and value.tzinfo is None:
        yield f"{path}: {value.isoformat()} has no offset; write for example +01:00 at its end"
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _without_offset(each, f"{path}[{place}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _without_offset(getattr(value, field.name), f"{path}.{field.name}")


def _unknown_zone(zone: str) -> Iterator[str]:
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        yield f"$.zone: {zone!r} is no time zone; write for example Europe/Madrid"


def _drafts(source: str, lines: bytes) -> list[Draft]:
    import msgspec  # noqa: PLC0415

    from relevo.claims.model import Draft  # noqa: PLC0415

    decoder = msgspec.json.Decoder(Draft)
    found, faults = [], []
    for number, line in enumerate(lines.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            try:
                found.append(decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
                faults.append(f"{source}, line {number}: {wrong}")
    if len(faults) > FAULTS_SHOWN:
        faults[FAULTS_SHOWN:] = [f"and {len(faults) - FAULTS_SHOWN} more lines"]
    if faults:
        fail("\n".join(faults), WRONG_INPUT)
    return found


@care.command(short_help="Make the evidence pack of an order.")
def pack(
    order: Annotated[str, typer.Argument(help="The key of the order.")],
    into: Annotated[Path, typer.Option(file_okay=False, help="The folder for its files.")],
    reader: Annotated[
        Reader, typer.Option("--for", help="Who is to read it; third persons see no details.")
    ] = Reader.CUSTOMER,
    by: Annotated[str, typer.Option(help="Your name; it stands in the pack.")] = "operator",
) -> None:
    """Write the evidence pack: JSON with its seal, and a PDF/A in each language with it inside.

    Timeline, messages, complaints, compensation, hashes of all evidence, and the journal's extract
    as a chain of hashes. It is signed with the key that RELEVO_PACK_KEY names; without one the pack
    says that nobody has signed it.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo care pack R7K2QW9M --into packs
    """
    dsn = database_url()
    with errors_for_people():
        from relevo.adapters.pack_ed25519.key import BadKey, signer_of_site  # noqa: PLC0415
        from relevo.pages.orders.pack import files_of  # noqa: PLC0415

        try:
            signer = signer_of_site()
        except BadKey as bad:
            fail(str(bad), WRONG_INPUT)
        made = _made(dsn, order, reader, by, signer)
        into.mkdir(parents=True, exist_ok=True)
        for name, content in files_of(made).items():
            _write(into / name, content)
            typer.echo(f"{into / name}  {len(content)} bytes")
    typer.echo(f"seal {made['seal']['sha256']}, {made['contents']['journal']['facts']} facts")
    if signer is None:
        typer.echo("not signed: set RELEVO_PACK_KEY (make a key: relevo care key FILE)", err=True)


def _made(dsn: str, order: str, reader: Reader, by: str, signer: Any) -> dict[str, Any]:
    from relevo.care.pack.queries import Asked  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.engine.history import facts_of  # noqa: PLC0415
    from relevo.pages.orders.pack import pack_of, zone_of  # noqa: PLC0415
    from relevo.tracking.replay import states_of  # noqa: PLC0415
    from relevo.wiring import catalogue  # noqa: PLC0415

    with connect(dsn, name="relevo care pack") as connection:
        records = facts_of(connection, order) if order and "/" not in order else []
        states = states_of(records, catalogue().processes)
        if order not in states:
            fail(f"there is no order {order}; give its key, for example R7K2QW9M", WRONG_INPUT)
        asked = Asked(
            order=order,
            at=SystemClock().now(),
            by=by,
            reader=str(reader),
            zone=zone_of(states, order),
        )
        return pack_of(connection, asked, records, states, _veil(reader, order, states), signer)


def _veil(reader: Reader, order: str, states: dict[str, Any]) -> Veil:
    """How the reader sees persons: the customer himself, an authority everybody, others nobody."""
    from relevo.brands.reading import Session  # noqa: PLC0415
    from relevo.pages.orders.veil import known_of, known_of_order, veil_of  # noqa: PLC0415

    root = states[order]
    known = [*known_of(states.values()), *known_of_order(root.customer, root.lines, ())]
    match reader:
        case Reader.AUTHORITY:
            return veil_of(None, ())
        case Reader.CUSTOMER:
            return veil_of(Session(order=order), known)
        case Reader.THIRD:
            return veil_of(None, known)


@care.command(short_help="Prove an evidence pack.")
def verify(
    pack_file: Annotated[Path, typer.Argument(metavar="PACK", help="The JSON of a pack.")],
    key: Annotated[
        Path | None, typer.Option(help="The public key it must be signed with (PEM).")
    ] = None,
    journal: Annotated[
        bool, typer.Option("--journal", help="Compare with the journal in DATABASE_URL as well.")
    ] = False,
) -> None:
    """Prove that a pack is as it was sealed: its contents, its signature, its chain of facts.

    Without --key the key in the pack is believed: that proves that nothing was changed since, and
    not who made it. Exits 0 when all holds, 1 when something does not, 2 when it is no pack.

    Example: relevo care verify packs/R7K2QW9M.json --key site.pub.pem
    """
    import json  # noqa: PLC0415

    from relevo.adapters.pack_ed25519.key import (  # noqa: PLC0415
        BadKey,
        KeyChecker,
        public_key_in,
    )
    from relevo.care.pack.actions import faults_of  # noqa: PLC0415

    try:
        found = json.loads(_bytes(pack_file))
    except ValueError as wrong:
        fail(f"{pack_file}: {wrong}", WRONG_INPUT)
    try:
        public = public_key_in(key) if key else ""
    except BadKey as bad:
        fail(str(bad), WRONG_INPUT)
    now = _journal_of(found) if journal else None
    faults = faults_of(found, KeyChecker(), public_key=public, journal=now)
    if faults:
        fail("\n".join(f"{pack_file}: {fault}" for fault in faults), 1)
    seal = found["seal"]
    typer.echo(f"{pack_file}: as it was sealed, {found['contents']['journal']['facts']} facts")
    typer.echo(f"signed with {seal['public_key']}" + ("" if key else " (believed: no --key given)"))


def _journal_of(found: Any) -> list[Recorded]:
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.engine.history import facts_of  # noqa: PLC0415

    order = found.get("contents", {}).get("order", "") if isinstance(found, dict) else ""
    dsn = database_url()
    with errors_for_people(), connect(dsn, name="relevo care verify") as connection:
        return facts_of(connection, order) if order and "/" not in order else []


@care.command(short_help="Make the key that packs are signed with.")
def key(
    file: Annotated[Path, typer.Argument(help="Where it is kept; it must not exist yet.")],
) -> None:
    """Make a key (Ed25519, PEM, readable by its owner alone) and its public half beside it.

    Example: relevo care key /etc/relevo/pack.pem
    """
    from relevo.adapters.pack_ed25519.key import make_key  # noqa: PLC0415

    try:
        public = make_key(file)
    except OSError as wrong:
        fail(f"{file}: {wrong.strerror}; name a new file in a folder that is there", WRONG_INPUT)
    typer.echo(f"{file}: keep it secret, and set RELEVO_PACK_KEY={file}")
    typer.echo(f"{public}: give it to whoever is to verify packs")

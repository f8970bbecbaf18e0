"""Both hubs' codecs under atheris: ``python -m tests.fuzz.codecs --seconds 600``.

The law is the one of ``tests/profiles/test_codec_fuzz``: any bytes give a value or TheirFault. Here
libFuzzer looks for bytes that lead to new branches, starting from the samples, for as long as you
let it. What breaks the law is printed with its traceback, and kept in the folder of ``--finds``.
Needs the dependency group ``fuzz`` (``uv run --group fuzz ...``).
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from relevo.values.ids import draw_between

SAMPLES = Path(__file__).parent.parent / "profiles" / "samples"
BORDERS = re.compile(rb"([<>;\n])")  # of elements, and of fields in files
STRANGE = [
    b"0",
    b"-1",
    b"9" * 30,
    "٣".encode() * 9,
    "²".encode(),
    b"\xe9",
    b"\x00",
    b"&#0;",
    b"true",
]
STRANGE += [b"2019-02-30T25:61:61", b"20190230 25:61:61", b"AREC EXIST", b"0000 00000", b"ASOL"]
COUNTRY = "relevo.profiles.es"
Decoder = Callable[[bytes], Any]


def decoders() -> dict[str, Decoder]:
    """Every decoder of both hubs, in a fixed order."""
    parse = import_module(f"{COUNTRY}.codec_status").parse_reference
    found: dict[str, Decoder] = {"parse_reference": lambda sent: parse(sent.decode("latin-1"))}
    for name in ("codec_mobile", "codec_status", "codec_fixed"):
        module = vars(import_module(f"{COUNTRY}.{name}"))
        found |= {each: module[each] for each in sorted(module) if each.startswith("decode_")}
    return found


def plant(folder: Path, named: dict[str, Decoder], fault: type[Exception]) -> int:
    """Write down each sample for each decoder that can read it; how many there are."""
    planted = 0
    for place, (name, decode) in enumerate(named.items()):
        for sample in sorted(SAMPLES.iterdir()):
            sent = sample.read_bytes()
            try:
                decode(sent)
            except fault:
                continue
            (folder / f"{name}-{sample.name}").write_bytes(bytes([place]) + sent)
            planted += 1
    return planted


def changed(sent: bytes, size_max: int, seed: int) -> bytes:
    """Change a few fields or elements and leave the rest whole.

    A byte changed anywhere nearly always breaks an envelope, and teaches nothing about what is
    inside it; so most changes are made between the borders of elements and fields.
    """
    pieces = BORDERS.split(sent[1:])
    for turn in range(draw_between(1, 3, seed, "turns")):

        def drawn(high: int, name: str, turn: int = turn) -> int:
            return draw_between(0, high, seed, name, str(turn))

        place = drawn(len(pieces) - 1, "where")
        piece = pieces[place]
        middle = drawn(len(piece), "middle")
        match drawn(6, "what"):
            case 0:
                pieces[place] = b""
            case 1:
                pieces[place] = piece + piece
            case 2:
                pieces[place] = pieces[drawn(len(pieces) - 1, "whose")]
            case 3:
                pieces[place] = STRANGE[drawn(len(STRANGE) - 1, "which")]
            case 4:
                pieces[place] = piece[:middle] + bytes([drawn(255, "byte")]) + piece[middle + 1 :]
            case 5:
                pieces[place] = piece[:middle] + piece[middle + 1 :]
            case _:
                pieces[place] = piece[:middle] + b"%d" % drawn(99, "digits") + piece[middle:]
    first = bytes([draw_between(0, 255, seed, "decoder")]) if seed % 50 == 0 else sent[:1]
    return (first + b"".join(pieces))[:size_max]


def main() -> None:
    """Fuzz until the time is over; libFuzzer ends the process itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for how long, in wall time")
    parser.add_argument("--finds", type=Path, default=Path(tempfile.gettempdir()), help="a folder")
    given = parser.parse_args()
    try:
        atheris = import_module("atheris")
    except ImportError:
        parser.exit(
            2, "atheris is not installed: uv run --group fuzz python -m tests.fuzz.codecs\n"
        )
    with atheris.instrument_imports(include=["relevo.profiles"]):
        named = decoders()
    fault = import_module("relevo.profiles.faults").TheirFault
    in_order = list(named.values())

    def look(sent: bytes) -> None:
        if sent:
            try:
                in_order[sent[0] % len(in_order)](sent[1:])
            except fault:
                return

    with tempfile.TemporaryDirectory() as corpus:
        planted = plant(Path(corpus), named, fault)
        sys.stderr.write(f"{len(named)} decoders, {planted} samples\n")
        options = [f"-max_total_time={given.seconds}", "-max_len=16384", "-print_final_stats=1"]
        command = [sys.argv[0], *options, f"-artifact_prefix={given.finds}/", corpus]
        atheris.Setup(command, look, custom_mutator=changed)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

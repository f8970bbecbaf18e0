"""The vault: pictures without what they tell, files held for the scanner, bytes erased in time."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo import wiring
from relevo.adapters.malware_scan.client import Clamd, scanner_of_site
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.care.actions import hand_in
from relevo.care.documents import DocumentRefused, Handed
from relevo.care.gateway import SETTING, ScannerAway
from relevo.care.images import BrokenPicture, without_metadata
from relevo.care.intake import VaultIntake, erase_over, keep_until, scan_waiting
from relevo.care.queries import content_of, documents_of
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.values.moment import instant

Image = pytest.importorskip("PIL.Image", reason="Pillow draws the pictures of these tests")

NOW = instant("2026-11-23T10:00:00+01:00")
PLACE = "Calle de Alfonso 17, Zaragoza"
TELLS = (b"Alfonso", b"MakerOfTelephones", b"GPS-HERE")


@cache
def picture(kind: str, turned: int = 6) -> bytes:
    """A picture that tells where it was taken, with what, and how it is to be turned."""
    image = Image.new("RGB", (24, 16), (10, 200, 30))
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "MakerOfTelephones"
    exif[0x010E] = PLACE
    exif.get_ifd(0x8825)[29] = "GPS-HERE"
    held = io.BytesIO()
    more: dict[str, Any] = {}
    if kind == "jpeg":
        more = {"comment": PLACE.encode(), "progressive": True, "icc_profile": b"profile" * 9}
    if kind == "png":
        from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_text("Author", PLACE)
        more["pnginfo"].add_itxt("XML:com.adobe.xmp", PLACE)
    if kind == "webp":
        more["xmp"] = PLACE.encode()
    image.save(held, kind, exif=exif, **more)
    return held.getvalue()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_a_picture_loses_what_it_tells_and_keeps_its_pixels_and_how_it_is_turned(
    kind: str, turned: int
) -> None:
    before = picture(kind, turned)
    assert any(each in before for each in TELLS)
    after = without_metadata(before, f"image/{kind}")
    assert not [each for each in TELLS if each in after]
    one, other = Image.open(io.BytesIO(before)), Image.open(io.BytesIO(after))
    assert one.tobytes() == other.tobytes()
    assert other.getexif().get(0x0112, 1) == turned
    assert set(other.getexif()) <= {0x0112}
    assert without_metadata(after, f"image/{kind}") == after


def test_the_colours_of_a_picture_stay() -> None:
    after = without_metadata(picture("jpeg"), "image/jpeg")
    assert Image.open(io.BytesIO(after)).info.get("icc_profile") == b"profile" * 9


def test_what_hangs_on_behind_a_picture_is_dropped() -> None:
    before = picture("jpeg")
    assert without_metadata(before + b"a film: GPS-HERE", "image/jpeg").endswith(b"\xff\xd9")


def box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body


def heic() -> bytes:
    """The parts of a HEIC file that matter here: two items, one of them tells."""
    head = box(b"ftyp", b"heic\x00\x00\x00\x00heic")
    infe = [
        box(b"infe", b"\x02\x00\x00\x00" + n.to_bytes(2, "big") + b"\x00\x00" + kind + b"\x00")
        for n, kind in ((1, b"hvc1"), (2, b"Exif"))
    ]
    iinf = box(b"iinf", b"\x00\x00\x00\x00\x00\x02" + b"".join(infe))
    exif, pixels = b"GPS-HERE, Calle de Alfonso", b"the picture itself"

    def whole(at: int) -> bytes:
        places = b"".join(
            n.to_bytes(2, "big")
            + b"\x00\x00\x00\x01"
            + place.to_bytes(4, "big")
            + len(part).to_bytes(4, "big")
            for n, place, part in ((1, at, pixels), (2, at + len(pixels), exif))
        )
        iloc = box(b"iloc", b"\x00\x00\x00\x00\x44\x00\x00\x02" + places)
        meta = box(b"meta", bytes(4) + iinf + iloc)
        return head + meta + box(b"mdat", pixels + exif)

    return whole(len(whole(0)) - len(pixels) - len(exif))


def test_in_a_heic_what_tells_is_blanked_where_it_lies() -> None:
    before = heic()
    after = without_metadata(before, "image/heic")
    assert without_metadata(after, "image/heic") == after
    assert len(after) == len(before)
    assert b"the picture itself" in after
    assert not [each for each in TELLS if each in after]


def test_a_list_of_places_that_would_keep_us_busy_is_refused() -> None:
    before = heic()
    assert before.count(b"iloc\x00\x00\x00\x00\x44") == 1
    endless = before.replace(b"iloc\x00\x00\x00\x00\x44", b"iloc\x00\x00\x00\x00\x00")
    with pytest.raises(BrokenPicture):
        without_metadata(endless, "image/heic")


@settings(max_examples=150, deadline=None)  # the first of a kind is drawn
@given(
    kind=st.sampled_from(["jpeg", "png", "webp", "heic"]),
    cut=st.integers(0, 2_000),
    at=st.integers(0, 2_000),
    byte=st.integers(0, 255),
)
def test_a_broken_picture_is_cleaned_or_refused_and_nothing_else(
    kind: str, cut: int, at: int, byte: int
) -> None:
    whole = bytearray(heic() if kind == "heic" else picture(kind))
    whole[at % len(whole)] = byte
    broken = bytes(whole[: max(cut % len(whole), 16)])
    with suppress(BrokenPicture, IndexError):
        without_metadata(broken, f"image/{kind}")


# -- clamd ---------------------------------------------------------------------------------------

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """A scanner that speaks clamd's INSTREAM and knows one signature."""
    path = str(folder / "clamd.sock")
    door = socket.socket(socket.AF_UNIX)
    door.bind(path)
    door.listen()

    def serve() -> None:
        while True:
            try:
                visitor, _ = door.accept()
            except OSError:
                return
            with visitor, visitor.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(said.read(4), "big"):
                    content += said.read(size)
                found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
                visitor.sendall(b"stream: " + found + b"\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield path
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()


def test_the_scanner_says_what_it_found(tmp_path: Path) -> None:
    with clamd(tmp_path) as path:
        scanner = Clamd(path)
        assert scanner.finds(b"a harmless file" * 9_000) == ""
        assert scanner.finds(b"%PDF-1.7 " + EICAR) == "Eicar-Test-Signature"
    with pytest.raises(ScannerAway):
        scanner.finds(b"nobody is there any more")


def test_a_scanner_is_off_until_it_is_named() -> None:
    assert scanner_of_site({}) is None
    wrong = scanner_of_site({SETTING: "nonsense"})
    assert wrong is not None
    with pytest.raises(ScannerAway, match="host:port"):
        wrong.finds(b"x")


# -- in the database -------------------------------------------------------------------------------


class Told:
    """Stands where the engine stands: takes letters."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    def tell_within(self, cursor: Any, kind: str, to: str, message: Any, *, key: str) -> None:
        self.letters.append(message)


@pytest.fixture(scope="module")
def vault(postgres: Server) -> str:
    dsn = postgres.create_database("vault")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    return dsn


def given_in(dsn: str, order: str, content: bytes) -> str:
    handed = Handed(name="sms.png", content=content, subject=order, by="customer", at=NOW)
    with connect(dsn) as connection:
        told: Any = Told()
        digest = hand_in(connection, told, order, handed)
        assert told.letters[0].sha256 == digest
        connection.commit()
    return digest


def test_a_file_waits_for_the_scanner_and_an_infected_one_is_erased(
    vault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clamd(tmp_path) as path:
        monkeypatch.setenv(SETTING, path)
        good = given_in(vault, "V1", b"%PDF-1.7 good")
        bad = given_in(vault, "V1", b"%PDF-1.7 " + EICAR)
        with connect(vault) as connection:
            assert content_of(connection, "V1", good) is None
            connection.rollback()
            assert scan_waiting(connection, Clamd(path), NOW) == 2
            connection.commit()
            assert content_of(connection, "V1", good) == ("sms.png", b"%PDF-1.7 good")
            assert content_of(connection, "V1", bad) is None
            states = {each.sha256: each.scan for each in documents_of(connection, "V1")}
    assert states == {good: "clean", bad: "infected"}


def test_while_the_scanner_is_away_files_wait_and_nothing_is_lost(
    vault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path / "nobody.sock"))
    digest = given_in(vault, "V2", b"%PDF-1.7 waits")
    with connect(vault) as connection:
        assert scan_waiting(connection, Clamd(os.environ[SETTING]), NOW) == 0
        assert [each.scan for each in documents_of(connection, "V2")] == ["waiting"]
        assert content_of(connection, "V2", digest) is None


def test_when_its_time_is_over_the_bytes_go_and_the_hash_stays(vault: str) -> None:
    digest = given_in(vault, "V3", b"%PDF-1.7 old")
    over = keep_until("evidence", NOW)
    with connect(vault) as connection:
        erase_over(connection, over - timedelta(seconds=1))
        assert content_of(connection, "V3", digest) is not None
        erase_over(connection, over)
        (left,) = documents_of(connection, "V3")
        assert content_of(connection, "V3", digest) is None
        connection.commit()
    assert (left.sha256, left.can_be_had, left.size_bytes) == (digest, False, 0)
    assert left.erased_at == over
    assert given_in(vault, "V3", b"%PDF-1.7 old") == digest
    with connect(vault) as connection:
        assert content_of(connection, "V3", digest) is not None, "handed in again, it is there"


def test_the_worker_looks_after_the_vault(vault: str) -> None:
    digest = given_in(vault, "V4", b"%PDF-1.7 worker")
    clock = VirtualClock(keep_until("evidence", NOW))
    intake = VaultIntake(vault, clock, None)
    assert intake.poll() == 0
    intake.close()
    with connect(vault) as connection:
        assert content_of(connection, "V4", digest) is None


def test_a_picture_is_kept_without_what_it_tells_and_twice_is_once(vault: str) -> None:
    before = picture("jpeg")
    digest = given_in(vault, "V5", before)
    assert given_in(vault, "V5", before) == digest != sha256(before).hexdigest()
    with connect(vault) as connection:
        found = content_of(connection, "V5", digest)
        assert len(documents_of(connection, "V5")) == 1
    assert found is not None
    assert not [each for each in TELLS if each in found[1]]


def test_a_picture_that_cannot_be_cleaned_is_not_kept(vault: str) -> None:
    with pytest.raises(DocumentRefused, match="unknown_kind"):
        given_in(vault, "V6", b"\xff\xd8\xff\xe1\xff\xff cut off")


def test_every_purpose_has_a_term_with_a_source() -> None:
    assert keep_until("evidence", NOW) > keep_until("identity", NOW) > NOW
    with pytest.raises(KeyError):
        keep_until("no such purpose", NOW)
